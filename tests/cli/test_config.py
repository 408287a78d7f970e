"""`rushes config`: what it shows, and the file it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import validate

from rushes.cli.main import run

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
HOME_VARIABLES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person with an empty home, standing in an empty project."""
    for variable in os.environ:
        if variable.startswith("RUSHES_") or variable in HOME_VARIABLES:
            monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    return project


def shown(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, dict[str, object]]:
    """Settings by name as `rushes config show --json` tells them."""
    capsys.readouterr()
    assert run(["config", "show", "--json", *args]) == 0
    told = json.loads(capsys.readouterr().out)
    validate(told, json.loads((SCHEMAS / "rushes.config.1.json").read_text("utf-8")))
    return {row["name"]: row for row in told["settings"]}


def test_every_value_is_shown_with_its_source(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("rushes.toml").write_text('[scan]\nworkers = 2\n[shots]\n"demo/sh010" = "1-9"\n')
    monkeypatch.setenv("RUSHES_WATCH_POLL", "5")
    assert run(["config", "show", "--shows-root", "shows"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["scan.workers"].split()[1:] == [f"{at_home / 'rushes.toml'}:2", "2"]
    assert lines["shots.demo/sh010"].split()[1:] == [f"{at_home / 'rushes.toml'}:4", "1-9"]
    assert lines["watch.poll"].split()[1:] == ["environment", "RUSHES_WATCH_POLL", "5"]
    assert lines["shows_root"].split()[1:] == ["flag", "--shows-root", str(at_home / "shows")]
    assert lines["scan.probes"].split()[1:] == ["default", "3"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("toolkit.yaml", "shows_root: shows\n"), ("rushes.toml", 'shows_root = "shows"\n')],
)
def test_a_path_is_shown_as_where_it_points(
    at_home: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (at_home / name).write_text(text)
    assert shown(capsys, "shows_root")["shows_root"]["value"] == str(at_home / "shows")
    assert run(["config", "show", "shows_root"]) == 0
    assert capsys.readouterr().out.split()[-1] == str(at_home / "shows")


def test_an_empty_list_is_none_as_other_values_that_are_not_set(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_home / "rushes.toml").write_text("[scan]\nignore = []\n")
    assert run(["config", "show"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    for setting in ("scan.ignore", "ingest.drops", "tracking.trackers", "policy.folder"):
        assert lines[setting].endswith(" (none)")


def completed(*words: str) -> list[str]:
    """What a shell offers for the last of `words`."""
    ended = subprocess.run(
        [sys.executable, "-m", "rushes"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "_RUSHES_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("rushes", *words)),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.stderr == ""
    return [line.partition(",")[2] for line in ended.stdout.splitlines() if line]


def test_a_shell_completes_names_of_settings() -> None:
    assert completed("config", "show", "scan.pr") == ["scan.probes"]
    assert {"scan", "scan.workers"} <= set(completed("config", "show", "sc"))
    assert completed("config", "show", "zebra") == []


def test_a_shell_completes_names_of_profiles(at_home: Path) -> None:
    (at_home / "rushes.toml").write_text("[profiles.farm.scan]\nworkers = 1\n[profiles.home]\n")
    other = at_home / "other.toml"
    other.write_text("[profiles.fast.scan]\nworkers = 1\n")
    assert completed("ls", "--profile", "") == ["farm", "home"]
    assert completed("scan", "--profile", "f") == ["farm"]
    assert completed("scan", "--config", str(other), "--profile", "f") == ["fast"]
    (at_home / "rushes.toml").write_text("[[[")
    assert completed("scan", "--profile", "f") == []


def test_json_has_values_and_sources_apart(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rushes.toml").write_text("[profiles.farm.scan]\nworkers = 2\n")
    row = shown(capsys, "scan.workers", "--profile", "farm")["scan.workers"]
    assert row["value"] == 2
    assert row["source"] == {
        "kind": "project file",
        "name": "",
        "path": str(at_home / "rushes.toml"),
        "line": 2,
        "profile": "farm",
    }


def test_a_section_or_one_setting_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(shown(capsys, "watch")) == {"watch.stall_after", "watch.poll"}
    assert set(shown(capsys, "watch.poll")) == {"watch.poll"}


def test_an_unknown_setting_is_refused_with_what_was_meant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["config", "show", "scan.worker"]) == 2
    assert "Did you mean scan.workers?" in capsys.readouterr().err


def test_a_password_is_not_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://ann:s3cret@host/db")
    assert shown(capsys)["database.url"]["value"] == "postgresql://ann:***@host/db"
    assert run(["config", "show", "database"]) == 0
    out, err = capsys.readouterr()
    assert "s3cret" not in out + err
    logs = list((tmp_path / "home").rglob("rushes.log"))
    assert len(logs) == 1
    assert "s3cret" not in logs[0].read_text()


def test_which_file_won_is_said(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("toolkit.yaml").write_text('shows_root: "shows"\n')
    assert run(["config", "show", "shows_root"]) == 0
    out, err = capsys.readouterr()
    assert f"{at_home / 'toolkit.yaml'}:1" in out
    assert "toolkit.yaml is read, because no rushes.toml was found" in err


def test_a_mistake_in_the_file_is_told_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rushes.toml").write_text("[scan]\nworker = 2\n")
    assert run(["config", "show"]) == 2
    err = capsys.readouterr().err
    assert "rushes.toml:2: there is no setting 'scan.worker'" in err
    assert "Did you mean scan.workers?" in err


def test_init_writes_a_file_that_is_read_and_sets_nothing(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shown(capsys)
    assert run(["config", "init"]) == 0
    assert "rushes.toml" in capsys.readouterr().out
    assert shown(capsys) == before
    assert os.listdir(at_home) == ["rushes.toml"]


def test_init_sets_what_flags_say_from_the_files_folder(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_home / "show").mkdir()
    args = ["--at", "show", "--shows-root", "show/files", "--log-dir", "elsewhere"]
    assert run(["config", "init", *args]) == 0
    assert "sets shows_root and log_dir" in capsys.readouterr().out
    rows = shown(capsys, "--config", "show/rushes.toml")
    assert rows["shows_root"]["value"] == str(at_home / "show" / "files")
    assert rows["log_dir"]["value"] == str(at_home / "elsewhere")


def test_init_never_replaces_a_file_unless_forced(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = at_home / "rushes.toml"
    path.write_text("# mine\n")
    assert run(["config", "init"]) == 4
    assert "--force" in capsys.readouterr().err
    assert path.read_text() == "# mine\n"
    assert run(["config", "init", "--force"]) == 0
    assert "shows_root" in path.read_text()


def test_init_works_where_the_settings_are_broken(at_home: Path) -> None:
    (at_home / "rushes.toml").write_text("[[[")
    assert run(["config", "init", "--force"]) == 0
    assert run(["config", "show"]) == 0


def test_init_tells_in_json_what_it_wrote_and_set(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "init", "--json", "--shows-root", "shows"]) == 0
    told = json.loads(capsys.readouterr().out)
    validate(told, json.loads((SCHEMAS / "rushes.config-init.1.json").read_text("utf-8")))
    assert told["path"] == str(at_home / "rushes.toml")
    assert told["sets"] == ["shows_root"]


def test_init_into_a_missing_folder_writes_nothing(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "init", "--at", "none"]) == 4
    assert "no folder" in capsys.readouterr().err
    assert os.listdir(at_home) == []


def test_the_command_itself_prints_json_alone_on_stdout(at_home: Path) -> None:
    (at_home / "toolkit.yaml").write_text('shows_root: "shows"\n')
    ended = subprocess.run(
        [sys.executable, "-m", "rushes", "config", "show", "--json", "--log-dir", "l"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["notes"][0].startswith(str(at_home / "toolkit.yaml"))
    assert ended.stderr == ""
    assert "config show --json" in (at_home / "l" / "toolkit.log").read_text()
