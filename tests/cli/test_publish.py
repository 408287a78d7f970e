"""`rushes publish`: what it says is on record is there, in a file or in a database."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.testing.publishes import SHOT, records, sidecars, toolkit
from rushes.testing.studios import ids
from rushes.testing.toolkit import RENDERS, TOOLKIT_YAML

__all__ = ["records", "toolkit"]

Command = Callable[..., Any]
RECORDED = """\
Publish recorded:
  Show: demo_show
  Shot: shot010
  Version: v001
  Status: warnings
  Missing frames: 0003
  Renders size: 30 B (3 files)
  Note: first publish
"""


def test_the_earlier_tools_example_prints_what_it_did(rushes: Command, toolkit: Path) -> None:
    ended = rushes("publish", *SHOT, "--version", "v001", "--note", "first publish")
    assert (ended.code, ended.out) == (exits.FOUND, RECORDED)
    told = rushes("publish", *SHOT, "--json").json
    assert (told["show"], told["shot"], told["version"]) == ("demo_show", "shot010", "v002")
    assert (told["status"], told["missing_frames"], told["note"]) == ("warnings", [3], "")
    assert Path("data/tracking_db.json").is_file()


def test_no_database_is_started_for_a_file(rushes: Command, toolkit: Path) -> None:
    rushes("publish", *SHOT)
    assert not Path(os.environ["RUSHES_DATA_DIR"], "postgres").exists()


def test_what_is_told_can_be_looked_up(rushes: Command, toolkit: Path) -> None:
    (RENDERS / "frame_0003.exr").write_bytes(b"9876543210x")
    done = rushes("publish", *SHOT, "--task", "comp", "--note", "whole", "--json")
    assert done.code == exits.OK
    told = done.json
    shown = rushes("publishes", "show", str(told["id"]), "--json").json
    assert shown["components"] == told["components"]
    (one,) = told["components"]
    assert (one["frames"], one["sizes"]) == ("1-4", [10, 10, 11, 10])
    frames = [RENDERS / f"frame_{frame:04d}.exr" for frame in range(1, 5)]
    assert one["digests"]["blake3"] == [blake3(path.read_bytes()).hexdigest() for path in frames]
    (beside,) = sidecars(RENDERS)
    assert (beside["schema"], beside["id"]) == ("rushes.publish-record/1", told["id"])
    assert beside["components"] == told["components"]
    (listed,) = rushes("publishes", "list", "--show", "demo_show", "--json").json["publishes"]
    assert (listed["id"], listed["task"], listed["note"]) == (told["id"], "comp", "whole")
    assert "whole" in rushes("publishes", "list").out
    assert "frame_%04d.exr" in rushes("publishes", "show", str(told["id"])).out
    assert rushes("publishes", "show", "99").code == exits.NOT_THERE


def test_a_range_that_is_asked_for_is_held_against(rushes: Command, toolkit: Path) -> None:
    told = rushes("publish", *SHOT, "--expect", "1-5", "--json").json
    assert told["missing_frames"] == [3, 5]
    (toolkit / "toolkit.yaml").write_text(TOOLKIT_YAML + 'shots:\n  demo_show/shot010: "1-6"\n')
    told = rushes("publish", *SHOT, "--json").json
    assert told["missing_frames"] == [3, 5, 6]
    Path("elsewhere").mkdir()
    for path in RENDERS.glob("frame_*"):
        shutil.copy(path, "elsewhere")
    told = rushes("publish", *SHOT, "elsewhere", "--json").json
    assert told["missing_frames"] == [3, 5, 6]
    assert "toolkit.yaml" in told["sequences"][0]["expected_from"]


def test_files_and_patterns_can_be_named(rushes: Command, toolkit: Path) -> None:
    Path("out").mkdir()
    for name in ("cam.abc", "a.1001.exr", "a.1002.exr", "b.1001.exr", ".hidden"):
        Path("out", name).write_text(name)
    told = rushes("publish", *SHOT, "out/cam.abc", "out/a.%04d.exr", "--json").json
    assert [one["name"] for one in told["components"]] == ["a.%04d.exr", "cam.abc"]
    assert rushes("publish", *SHOT, "out/b.1001.exr", "--json").json["files"] == 1
    assert rushes("publish", *SHOT, "out/.hidden").code == exits.NOT_THERE
    assert rushes("publish", *SHOT, "out/nothing.exr").code == exits.NOT_THERE


def test_a_copy_is_verified_and_read_only_and_lies_where_the_template_says(
    rushes: Command, toolkit: Path
) -> None:
    told = rushes("publish", *SHOT, "--task", "comp", "--copy-to", "pub", "--json").json
    place = toolkit / "pub/demo_show/shot010/publish/comp/rushes/v001_i001"
    assert (told["copy"], told["path"]) == (str(place), str(place / "frame_%04d.exr"))
    copies = sorted(place.glob("frame_*"))
    assert [one.read_bytes() for one in copies] == [b"0123456789"] * 3
    assert {stat.S_IMODE(one.stat().st_mode) for one in place.iterdir()} == {0o444}
    assert [one["id"] for one in sidecars(place)] == [told["id"]]
    assert sidecars(RENDERS) == []
    assert {stat.S_IMODE(one.stat().st_mode) for one in RENDERS.iterdir()} != {0o444}
    with open("toolkit.yaml", "a") as file:
        file.write("")
    (toolkit / "toolkit.yaml").write_text(
        TOOLKIT_YAML.replace(
            "naming:\n",
            'naming:\n  templates:\n    publish: "{show}/{shot}/{task}_v{version:04d}"\n',
        )
    )
    told = rushes("publish", *SHOT, "--task", "comp", "--copy-to", "pub", "--json").json
    assert told["copy"] == str(toolkit / "pub/demo_show/shot010/comp_v0002")
    again = rushes(
        "publish", *SHOT, "--task", "comp", "--copy-to", "pub", "--version", "2", "--iteration", "2"
    )
    assert again.code == exits.NOT_THERE
    assert "Something else lies at" in again.err
    assert len(rushes("publishes", "list", "--json").json["publishes"]) == 2


def test_a_link_is_the_file_itself_and_read_only(rushes: Command, toolkit: Path) -> None:
    told = rushes("publish", *SHOT, "--copy-to", "pub", "--hardlink", "--json").json
    copy = Path(told["copy"], "frame_0001.exr")
    assert copy.stat().st_ino == (RENDERS / "frame_0001.exr").stat().st_ino
    assert stat.S_IMODE(copy.stat().st_mode) == 0o444
    assert rushes("publish", *SHOT, "--hardlink").code == exits.NOT_THERE


def test_the_database_has_the_shots_range_its_sequence_and_the_task(
    rushes: Command, records: Path
) -> None:
    told = rushes("publish", *SHOT, "--json").json
    assert (told["backend"], told["sequence"], told["task"]) == ("database", "sq010", "comp")
    assert told["missing_frames"] == [3, 5]
    assert "publish.range" not in [one["rule"] for one in told["findings"]]
    (row,) = rushes("publishes", "list", *SHOT, "--task", "comp", "--json").json["publishes"]
    assert (row["id"], row["version"], row["files"]) == (told["id"], "v001", 3)
    shown = rushes("publishes", "show", str(told["id"]), "--json").json
    assert shown["components"] == told["components"]
    again = rushes("publish", *SHOT, "--version", "v001")
    assert again.code == exits.NOT_THERE
    assert "v001_i001 is recorded already" in again.err


def test_what_is_expected_counts_before_the_range_on_record_and_that_is_told(
    rushes: Command, records: Path
) -> None:
    told = rushes("publish", *SHOT, "--expect", "1-4", "--dry-run", "--json").json
    assert told["missing_frames"] == [3]
    (range_,) = [one for one in told["findings"] if one["rule"] == "publish.range"]
    assert "range on record is 1-5" in range_["message"]


def test_a_list_that_leaves_publishes_out_says_so(rushes: Command, records: Path) -> None:
    for _ in range(2):
        rushes("publish", *SHOT)
    assert "older ones" in rushes("publishes", "list", "--most", "1").err
    told = rushes("publishes", "list", "--most", "1", "--json").json
    assert (len(told["publishes"]), told["more"]) == (1, True)
    assert not rushes("publishes", "list", "--most", "2", "--json").json["more"]


def test_many_at_once_get_numbers_of_their_own(rushes: Command, records: Path) -> None:
    command = [sys.executable, "-m", "rushes", "publish", *SHOT, "--workers", "1"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [one.wait() for one in running] == [exits.FOUND] * 4
    rows = rushes("publishes", "list", "--json").json["publishes"]
    assert sorted(one["version"] for one in rows) == ["v001", "v002", "v003", "v004"]


def test_paths_in_several_places_leave_no_record_above_them(rushes: Command, toolkit: Path) -> None:
    for name in ("one", "two"):
        Path("out", name).mkdir(parents=True)
        Path("out", name, "cam.abc").write_text(name)
    told = rushes("publish", *SHOT, "out/one", "out/two", "--json").json
    assert [one["folder"] for one in told["components"]] == ["one", "two"]
    assert told["root"] == str(toolkit / "out")
    assert Path(told["sidecar"]).parent == toolkit / "out" / "one"


def test_a_part_is_composed_and_can_be_composed_again(
    rushes: Command, records: Path, database_url: str
) -> None:
    pytest.importorskip("pxr")
    from rushes.testing.studios import change

    item = records / "nv/sequences/sq010/shot010/fx/usd/Tornado/smoke/data/smoke_v001_i001.usd"
    item.parent.mkdir(parents=True)
    item.write_text('#usda 1.0\n(\n    defaultPrim = "a"\n)\ndef Sphere "a"\n{\n}\n')
    other = rushes("publish", *SHOT, "--part", "other", "--item-usd", item)
    assert (other.code, "the item is of 'smoke'" in other.err) == (exits.NOT_THERE, True)
    ended = rushes("publish", *SHOT, "--item-usd", item, "--json")
    assert ended.code == exits.FOUND
    told = ended.json
    assert (told["asset"], told["part"], told["record_status"]) == ("Tornado", "smoke", "published")
    assert [one["rule"] for one in told["findings"]] == ["usd.not_rebuilt"]
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        (project,) = ids(studio, "project")
        system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, "linux")
        roots = {system: str(records / "nv")}
        change(studio, "project", project, {"roots": roots})
    order = ("usd", "rebuild", "--show", "demo_show", "--shot", "shot010")
    layer = records / "nv/sequences/sq010/shot010/usd/shot010.usd"
    planned = rushes(*order, "--dry-run", "--json").json
    assert str(layer) in planned["written"]
    assert not layer.exists()
    done = rushes(*order, "--json").json
    assert done["written"] == planned["written"]
    assert layer.is_file()
    assert "0 layers written" in rushes(*order).out
    assert rushes("usd", "rebuild", "--show", "other").code == exits.NOT_THERE
    half = rushes("publish", *SHOT, "--asset-usd", "x.usd", RENDERS)
    assert half.code == exits.NOT_THERE


def test_a_publish_is_by_whom_the_records_know_or_says_that_it_is_nobodys(
    rushes: Command, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER"):
        monkeypatch.setenv(name, "farm01")
    assert rushes("user", "add", "ada", "--admin").code == exits.OK
    nobodys = rushes("publish", *SHOT, RENDERS)
    assert "by nobody known" in nobodys.err
    assert "--by" in nobodys.err
    adas = rushes("publish", *SHOT, "--by", "ada", RENDERS, "--json").json
    assert rushes("publishes", "show", str(adas["id"]), "--json").json["artist"] == "ada"
    refused = rushes("publish", *SHOT, "--by", "eve", RENDERS)
    assert refused.code == exits.NOT_THERE
    assert "'eve'" in refused.err


def test_a_file_that_is_named_beside_its_folder_is_counted_once(
    rushes: Command, toolkit: Path
) -> None:
    one = f"{RENDERS}/frame_0001.exr"
    told = rushes("publish", *SHOT, RENDERS, one, "--dry-run", "--json").json
    assert told == rushes("publish", *SHOT, RENDERS, "--dry-run", "--json").json
