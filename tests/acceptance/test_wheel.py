"""The wheel that would be published: everything is in it, and it works away from its source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(400)  # environments are made here

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "rushes"


LIBRARY = "rushes/adapters/libquick_listing.so"


def ran(*args: str | os.PathLike[str], cwd: Path, **variables: object) -> str:
    """What the command prints on stdout; fails the test when the command fails."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= {name: str(value) for name, value in variables.items()}
    done = subprocess.run(args, cwd=cwd, env=env, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def built(source: Path, kind: str, into: Path, **variables: object) -> Path:
    """The distribution made of `source`, without any network."""
    how = ("-m", "hatchling", "build", "-t", kind, "-d", into)
    ran(sys.executable, *how, cwd=source, **variables)
    (made,) = into.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this source."""
    return built(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that holds the wheel, and borrows all dependencies."""
    place = tmp_path_factory.mktemp("installed") / "env"
    ran(sys.executable, "-m", "venv", "--without-pip", place, cwd=place.parent)
    python = place / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    ran(*pip, "install", "--no-deps", "--no-index", wheel, cwd=place.parent)
    (site,) = place.glob("lib/python*/site-packages")
    # A folder named in a .pth comes after the environment's own, and its own .pth do not count:
    # this source is not found through it.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("rushes/")}
    source = {
        str(file.relative_to(PACKAGE.parent))
        for file in PACKAGE.rglob("*")
        if file.is_file() and file.suffix not in {".pyc", ".part", ".so"}
    }
    assert inside - {LIBRARY} == source
    for wanted in ("py.typed", "report/templates/report.html.j2", "db/migrations/__init__.py"):
        assert f"rushes/{wanted}" in inside


def test_a_wheel_made_from_the_source_archive_is_the_same(wheel: Path, tmp_path: Path) -> None:
    archive = built(ROOT, "sdist", tmp_path / "sdist")
    with tarfile.open(archive) as packed:
        if hasattr(tarfile, "data_filter"):  # not in Python 3.11.2, which Debian 12 has
            packed.extraction_filter = tarfile.data_filter
        packed.extractall(tmp_path / "unpacked")
    (source,) = (tmp_path / "unpacked").iterdir()
    again = zipfile.ZipFile(built(source, "wheel", tmp_path / "wheel"))
    first = zipfile.ZipFile(wheel)
    assert {one.filename: one.CRC for one in again.infolist()} == {
        one.filename: one.CRC for one in first.infolist()
    }


def test_a_wheel_with_compiled_code_is_for_this_system_alone(wheel: Path) -> None:
    compiled = LIBRARY in zipfile.ZipFile(wheel).namelist()
    assert compiled == (shutil.which("cc") is not None)
    system = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    assert wheel.name.endswith(f"-py3-none-{system if compiled else 'any'}.whl")


def test_without_a_compiler_the_wheel_is_for_every_system(wheel: Path, tmp_path: Path) -> None:
    plain = built(ROOT, "wheel", tmp_path, CC="no-such-compiler")
    assert plain.name.endswith("-py3-none-any.whl")
    inside = set(zipfile.ZipFile(plain).namelist())
    assert inside == set(zipfile.ZipFile(wheel).namelist()) - {LIBRARY}


def test_the_installed_package_is_not_this_source(installed: Path, tmp_path: Path) -> None:
    script = "import rushes, rushes.cli.main; print(rushes.__file__)"
    told = Path(ran(installed / "python", "-c", script, cwd=tmp_path).strip())
    assert told.is_relative_to(installed.parent)


@pytest.mark.slow
def test_the_installed_command_makes_the_demo_studio_and_its_report(
    installed: Path, tmp_path: Path
) -> None:
    asked = ("demo", "--at", tmp_path / "demo", "--no-db", "--json")
    document = json.loads(ran(installed / "rushes", *asked, cwd=tmp_path, HOME=tmp_path))
    assert document["schema"] == "rushes.demo/1"
    assert (tmp_path / "demo" / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert any((tmp_path / "demo" / "shows").rglob("*.exr"))
