"""`rushes demo` makes the studio, scans it, and says only what the scan saw."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from blake3 import blake3

from rushes.model.finding import Finding, Severity
from rushes.testing.demo import PLANTS, Plant, build_demo
from rushes.testing.demo.plants import IMAGE_CHECK
from rushes.testing.demo.seen import unplanted

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole demo studio, made once."""
    return build_demo(tmp_path_factory.mktemp("demo") / "studio").at


def test_the_scan_sees_every_plant_that_it_says_it_sees(
    rushes: Command, home: Path, studio: Path
) -> None:
    ended = rushes("demo", "--at", studio, "--no-db", "--json")
    assert ended.code == 0
    told = ended.json["plants"]
    assert [one["what"] for one in told] == [plant.what for plant in PLANTS]
    for one in told:
        assert one["seen"] == bool(one["rule"] or one["counted"]), one["what"]


def test_no_error_or_warning_is_told_that_was_not_planted(
    rushes: Command, home: Path, studio: Path
) -> None:
    ended = rushes("demo", "--at", studio, "--no-db", "--json")
    found = [
        Finding(one["rule"], Severity(one["severity"]), one["subject"], one["message"])
        for one in ended.json["findings"]
    ]
    assert list(unplanted(PLANTS, found)) == []


def test_frames_of_a_plant_are_the_frames_that_are_told(
    rushes: Command, home: Path, studio: Path
) -> None:
    ended = rushes("demo", "--at", studio, "--no-db", "--json")
    messages = {(one["rule"], one["subject"]): one["message"] for one in ended.json["findings"]}
    lost = "nightjar/sq010/sh0020/renders/v002/sh0020_lighting_v002.%04d.exr"
    assert "1008-1009,1014" in messages["frames.missing", lost]
    empty = "nightjar/sq020/sh0010/comps/v003/sh0010_comp_v003.%04d.exr"
    assert "1012-1013" in messages["frames.empty", empty]


@pytest.mark.parametrize("plant", [one for one in PLANTS if one.image_rule])
def test_what_no_scan_sees_a_look_into_the_images_tells(
    rushes: Command, home: Path, studio: Path, plant: Plant
) -> None:
    ended = rushes(*IMAGE_CHECK.split(), "--json", studio / "shows" / plant.where)
    assert ended.code in (1, 3)
    (frame,) = plant.frames
    found = [one["frames"] for one in ended.json["findings"] if one["rule"] == plant.image_rule]
    assert set(found) == {str(frame)}


def test_every_plant_is_found_by_something() -> None:
    for plant in PLANTS:
        assert plant.rule or plant.counted or plant.image_rule, plant.what


def test_a_second_run_makes_nothing_and_says_so(rushes: Command, home: Path, studio: Path) -> None:
    ended = rushes("demo", "--at", studio, "--no-db")
    assert ended.code == 0
    assert "all there already" in ended.out
    assert str(studio / "report.html") in ended.out
    assert "Planted faults" in ended.out
    assert "not seen" not in ended.out


def test_the_report_lies_outside_of_what_is_scanned_and_has_pictures(
    rushes: Command, home: Path, studio: Path
) -> None:
    report = Path(rushes("demo", "--at", studio, "--no-db", "--json").json["report"])
    assert report.is_file()
    assert not report.is_relative_to(studio / "shows")
    assert report.read_text("utf-8").count("data:image/jpeg;base64,") > 100


def test_the_shown_commands_run_in_its_folder(
    rushes: Command, home: Path, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(studio)
    missing = rushes("missing", "shows")
    assert missing.code == 1
    assert "1028" in missing.out
    listed = rushes("ls", "-r", "shows/nightjar/sq010")
    assert listed.code == 0
    assert "sh0010_lighting_v002" in listed.out


def test_a_folder_in_use_is_refused_with_exit_2(rushes: Command, home: Path) -> None:
    (home / "thesis.txt").write_text("mine")
    ended = rushes("demo", "--at", home, "--no-db")
    assert ended.code == 2
    assert "left alone" in ended.err
    assert [path.name for path in home.iterdir()] == ["thesis.txt"]


def test_the_studio_lies_in_the_data_folder_unless_told_otherwise(
    rushes: Command, home: Path, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATA_DIR", str(home / "data"))
    (home / "data").mkdir()
    (home / "data" / "demo").symlink_to(studio)
    ended = rushes("demo", "--no-db", "--json")
    assert ended.code == 0
    assert ended.json["at"] == str(home / "data" / "demo")


def test_the_scan_is_remembered(
    rushes: Command, home: Path, studio: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    record = rushes("demo", "--at", studio, "--json").json["record"]
    assert record["state"] == "finished"
    again = rushes("demo", "--at", studio, "--json").json["record"]
    assert again["id"] != record["id"]
    assert (again["added"], again["removed"], again["changed"]) == (0, 0, 0)


def test_the_show_is_put_on_record_once(
    rushes: Command, home: Path, studio: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    first = rushes("demo", "--at", studio, "--json").json["on_record"]
    assert first["made"]["shots"] == 12
    assert first["made"]["publishes"] == 24
    again = rushes("demo", "--at", studio, "--json").json["on_record"]
    assert again == {"project": first["project"], "made": {}}


def test_a_second_studio_elsewhere_is_told_whose_records_there_are(
    rushes: Command, home: Path, studio: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    rushes("demo", "--at", studio)
    second = rushes("demo", "--at", "second")
    assert second.code == 0
    assert f"made before, at {studio / 'shows' / 'nightjar'}" in second.out
    assert "made before" not in rushes("demo", "--at", studio).out


def test_a_studios_own_server_is_no_place_for_the_demo(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_URL", "http://127.0.0.1:9")
    refused = rushes("demo", "--at", "studio")
    assert refused.code == 2
    assert "http://127.0.0.1:9; nothing was made" in refused.err
    assert not Path("studio").exists()


def test_what_was_published_is_what_lies_there(
    rushes: Command, home: Path, studio: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    assert rushes("demo", "--at", studio).code == 0
    listed = rushes("publishes", "list", "--show", "nightjar", "--json").json["publishes"]
    folder = studio / "shows/nightjar/sq010/sh0030/comps/v003"
    (comp,) = [one for one in listed if one["path"] == str(folder)]
    told = rushes("publishes", "show", str(comp["id"]), "--json").json
    movie, frames = sorted(told["components"], key=lambda one: one["kind"])
    assert movie["digests"]["blake3"] == blake3((folder / movie["name"]).read_bytes()).hexdigest()
    assert frames["files"] == len(list(folder.glob("*.png"))) == 27


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become another")
def test_an_ordinary_user_can_make_it_too() -> None:
    with TemporaryDirectory(prefix="rushes-nobody-") as home:  # pytest's folders are root's alone
        os.chown(home, 65534, 65534)
        _made_by_nobody(Path(home))


def _made_by_nobody(home: Path) -> None:
    script = "from rushes.cli.main import run; import sys; sys.exit(run(['demo', '--no-db']))"
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}

    def as_nobody(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script],
            user=65534,
            group=65534,
            extra_groups=[],
            cwd="/",
            env=env,
            capture_output=True,
            text=True,
        )

    try:
        reachable = as_nobody("import rushes.testing.demo, OpenImageIO").returncode == 0
    except PermissionError:
        reachable = False
    if not reachable:
        pytest.skip("this Python or this checkout is closed to other users")
    ended = as_nobody(script)
    assert ended.returncode == 0, ended.stderr
    assert (home / ".local/share/rushes/demo/report.html").is_file()
