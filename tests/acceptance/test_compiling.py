"""Setting up compiles a few lines of C where it can, and succeeds where it cannot."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
INSIDE = Path("src/rushes/adapters")
LIBRARY = "libquick_listing.so"
# A compiler of our own: what it writes is what it was called with.
COMPILER = """#!/bin/sh
for one; do [ "$before" = -o ] && into=$one; before=$one; done
echo "$@" >"$into" && chmod 755 "$into"
"""
HALF = """#!/bin/sh
for one; do [ "$before" = -o ] && into=$one; before=$one; done
echo half >"$into"
echo "quick_listing.c: no such header" >&2
exit 1
"""


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The part of the build that is ours."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source tree with nothing but what is compiled."""
    made = tmp_path / "source"
    (made / INSIDE).mkdir(parents=True)
    shutil.copy(ROOT / INSIDE / "quick_listing.c", made / INSIDE)
    return made


def program(at: Path, text: str) -> str:
    at.write_text(text)
    at.chmod(0o755)
    return str(at)


def built(hook: ModuleType, source: Path, version: str) -> dict[str, Any]:
    """What the hook tells the build, which has come to its end."""
    told: dict[str, Any] = {"force_include": {}}
    one = hook.QuickListing(str(source), {}, None, None, str(source), "wheel")
    one.initialize(version, told)
    assert all(Path(file).is_file() for file in told["force_include"])
    one.finalize(version, told, "")
    return told


def beside(source: Path) -> set[str]:
    return {one.name for one in (source / INSIDE).iterdir()} - {"quick_listing.c"}


def test_a_wheel_leaves_nothing_in_the_source(
    hook: ModuleType, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", program(tmp_path / "cc", COMPILER))
    told = built(hook, source, "standard")
    assert list(told["force_include"].values()) == [f"rushes/adapters/{LIBRARY}"]
    assert told["tag"].startswith("py3-none-linux_")
    assert beside(source) == set()


def test_an_editable_install_puts_the_library_beside_its_source_and_nothing_else(
    hook: ModuleType, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", program(tmp_path / "cc", COMPILER))
    assert built(hook, source, "editable")["force_include"] == {}
    assert beside(source) == {LIBRARY}
    assert (source / INSIDE / LIBRARY).stat().st_mode & 0o555 == 0o555


@pytest.mark.parametrize("version", ["standard", "editable"])
@pytest.mark.parametrize("compiler", ["no-such-compiler", "cc -O2 'and", "half"])
def test_a_compiler_that_fails_is_told_and_done_without(
    hook: ModuleType,
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    compiler: str,
    version: str,
) -> None:
    half = compiler == "half"
    monkeypatch.setenv("CC", program(tmp_path / "cc", HALF) if half else compiler)
    assert built(hook, source, version) == {"force_include": {}}
    told = capsys.readouterr().out
    assert told.startswith("quick_listing.c was not compiled")
    assert ("no such header" in told) == half
    assert beside(source) == set()


def test_a_source_that_may_not_be_written_to_can_be_installed(
    hook: ModuleType, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source / INSIDE / LIBRARY / "held").mkdir(parents=True)  # binds root, too
    monkeypatch.setenv("CC", program(tmp_path / "cc", COMPILER))
    assert built(hook, source, "editable") == {"force_include": {}}
    assert beside(source) == {LIBRARY}


def test_an_empty_name_of_a_compiler_means_the_usual_one(
    hook: ModuleType, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "cc", COMPILER)
    monkeypatch.setenv("CC", "")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    built(hook, source, "editable")
    assert "-DRUSHES_SOURCE=" in (source / INSIDE / LIBRARY).read_text()
