"""`rushes qc sign`: exactly what is named is signed off, or nothing is."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.model.signoff import Result, State
from rushes.qc.places import Mode, sidecar
from rushes.testing.crawls import LONG_AGO, frames, kept, media, record, state_of
from rushes.testing.trak.server import trak_server

PLATE = "plate.%04d.exr"
MATTE = "matte.%04d.exr"


@pytest.fixture(autouse=True)
def _alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All in this process: other ones take longer to start than so little takes to do."""
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


@pytest.fixture
def shots(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sequences and two clips."""
    monkeypatch.delenv("QC_POLICY_VERSION", raising=False)
    folder = home / "shots"
    frames(folder, [1001, 1002, 1003])
    frames(folder, [1001, 1002], head="matte.")
    media(folder / "a.mov")
    media(folder / "b.mov")
    return folder


def signed(rushes: Any, *args: Any, code: int = exits.OK) -> dict[str, str]:
    """What happened to the assets that were signed off."""
    ended = rushes("qc", "sign", "--json", "--result", "pass", *args)
    assert ended.code == code, ended.out + ended.err
    rows = [row for one in ended.json["crawls"] for row in one["outcomes"]]
    return {row["asset"]: row["happened"] for row in rows}


def refused(rushes: Any, *args: Any) -> Any:
    ended = rushes("qc", "sign", "--json", "--result", "pass", *args)
    assert ended.code == exits.NOT_THERE, ended.out + ended.err
    return ended.json["error"]


@pytest.mark.parametrize(
    ("named", "assets"),
    [
        (["shots/a.mov"], {"a.mov"}),
        (["shots/a.mov", "shots/b.mov"], {"a.mov", "b.mov"}),
        (["shots/plate.%04d.exr"], {PLATE}),
        (["shots/plate.####.exr"], {PLATE}),
        (["./shots/../shots/plate.%04d.exr"], {PLATE}),
        (["shots/*.mov"], {"a.mov", "b.mov"}),
        (["shots/plate.*.exr"], {PLATE}),
        (["sh?ts/[ab].mov"], {"a.mov", "b.mov"}),
        ([f"shots/plate.{frame}.exr" for frame in (1003, 1001, 1002)], {PLATE}),
        (["shots"], {PLATE, MATTE, "a.mov", "b.mov"}),
        (["shots/a.mov", "shots/a.mov"], {"a.mov"}),
        (["shots/a.mov", "shots/matte.%04d.exr", "shots/b.mov"], {"a.mov", MATTE, "b.mov"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_named_is_signed_off_and_nothing_else(
    rushes: Any, shots: Path, named: list[str], assets: set[str]
) -> None:
    assert signed(rushes, *named) == dict.fromkeys(assets, "new")
    there = {one.name for one in (shots / ".qc").iterdir()}
    assert there == {f"{one}.qc.json" for one in assets}


def test_a_sign_off_says_who_and_what(rushes: Any, shots: Path) -> None:
    signed(rushes, "shots/a.mov", "--operator", "alice", "--note", "Viewed in Clipster; levels OK")
    made = record(shots, "a.mov")
    assert (made.operator, made.qc_result) == ("alice", Result.PASS)
    assert made.notes == "Viewed in Clipster; levels OK"
    ended = rushes("qc", "sign", "--result", "fail", "shots/a.mov", "--operator", "alice")
    assert ended.code == exits.OK
    assert "signed  a.mov\n    signed off as fail" in ended.out
    assert record(shots, "a.mov").qc_result is Result.FAIL


def test_a_result_must_be_given(rushes: Any, shots: Path) -> None:
    assert rushes("qc", "sign", "shots/a.mov").code == exits.NOT_THERE
    assert rushes("qc", "sign", "shots/a.mov", "--result", "ok").code == exits.NOT_THERE
    assert rushes("qc", "sign", "--result", "pass").code == exits.NOT_THERE
    assert not (shots / ".qc").exists()


def test_the_same_again_by_the_same_operator_writes_nothing(rushes: Any, shots: Path) -> None:
    signed(rushes, "shots", "--operator", "alice")
    before = state_of(shots)
    assert signed(rushes, "shots", "--operator", "alice") == {}
    assert state_of(shots) == before


def test_another_operator_adds_a_record(rushes: Any, shots: Path) -> None:
    signed(rushes, "shots/a.mov", "--operator", "alice")
    first = record(shots, "a.mov")
    assert signed(rushes, "shots/a.mov", "--operator", "bob") == {"a.mov": "signed"}
    made = kept(shots, "a.mov")
    assert made.history == (first,)
    assert made.record.operator == "bob"


def test_a_result_can_be_taken_back(rushes: Any, shots: Path) -> None:
    signed(rushes, "shots/a.mov")
    assert rushes("qc", "sign", "--result", "pending", "shots/a.mov").code == exits.OK
    assert record(shots, "a.mov").qc_result is Result.PENDING


def test_bytes_that_changed_are_signed_off_as_they_are_now(rushes: Any, shots: Path) -> None:
    signed(rushes, f"shots/{PLATE}")
    media(shots / "plate.1002.exr", b"other", at_ns=LONG_AGO + 1)
    assert signed(rushes, f"shots/{PLATE}") == {PLATE: "changed"}
    made = record(shots, PLATE)
    assert (made.qc_result, made.content_state) == (Result.PASS, State.MODIFIED)
    assert made.changes is not None
    assert made.changes.changed == "1002"


def test_paths_come_from_a_list(rushes: Any, shots: Path, home: Path) -> None:
    (home / "list.txt").write_bytes(b"shots/a.mov\r\n\n  \nshots/plate.####.exr\n")
    assert set(signed(rushes, "shots/b.mov", "--from", "list.txt")) == {"a.mov", "b.mov", PLATE}


def test_paths_come_from_standard_input(
    rushes: Any, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media(shots / "c\udcff.mov")
    lines = os.fsencode("shots/a.mov\nshots/c\udcff.mov")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert set(signed(rushes, "--from", "-")) == {"a.mov", r"c\xff.mov"}


def test_an_empty_list_names_nothing(rushes: Any, shots: Path, home: Path) -> None:
    (home / "list.txt").write_text("\n")
    ended = rushes("qc", "sign", "--result", "pass", "--from", "list.txt")
    assert ended.code == exits.NOT_THERE
    assert "--from" in ended.err


@pytest.mark.parametrize(
    "missing",
    ["shots/gone.mov", "gone/a.mov", "gone", "shots/gone.%04d.exr", "shots/gone*.mov",
     "shots/plate.%04d.dpx", "shots/c.mov/a.mov"],
)  # fmt: skip
def test_where_something_is_not_there_nothing_is_signed_off(
    rushes: Any, shots: Path, missing: str
) -> None:
    before = state_of(shots)
    error = refused(rushes, "shots/a.mov", "shots", missing)
    assert error["code"] in ("path.not_found", "nothing.found", "path.unreadable")
    assert Path(missing).parts[0] in error["message"]
    assert state_of(shots) == before


@pytest.mark.parametrize("gone", ["gone.txt", "shots/a.mov/gone.txt"])
def test_a_list_that_is_not_there_is_told(rushes: Any, shots: Path, gone: str) -> None:
    assert refused(rushes, "--from", gone)["code"] == "path.not_found"


def test_a_list_that_cannot_be_read_is_told(rushes: Any, shots: Path) -> None:
    ended = rushes("qc", "sign", "--json", "--result", "pass", "--from", "shots")
    assert ended.code == exits.UNAVAILABLE
    assert ended.json["error"]["code"] == "path.unreadable"


def test_a_single_frame_is_refused_with_the_name_of_the_whole(rushes: Any, shots: Path) -> None:
    error = refused(rushes, "shots/plate.1002.exr", "shots/a.mov")
    assert error["code"] == "usage"
    assert "plate.1002.exr" in error["message"]
    assert error["hint"].endswith(f"shots/{PLATE}")
    assert not (shots / ".qc").exists()


def test_a_lone_frame_is_all_there_is_of_its_sequence(rushes: Any, shots: Path) -> None:
    media(shots / "lone.0007.dpx")
    assert signed(rushes, "shots/lone.0007.dpx") == {"lone.%04d.dpx": "new"}


def test_a_file_that_is_called_like_a_pattern_can_be_signed_off(rushes: Any, home: Path) -> None:
    media(home / "b" / "beauty.%04d.exr")
    assert signed(rushes, "b/beauty.%04d.exr") == {"beauty.%%04d.exr": "new"}


def test_where_both_are_there_a_pattern_means_the_sequence(rushes: Any, shots: Path) -> None:
    media(shots / PLATE)
    assert signed(rushes, f"shots/{PLATE}") == {PLATE: "new"}
    assert signed(rushes, "shots/plate.%%04d.exr") == {"plate.%%04d.exr": "new"}


@pytest.mark.parametrize("mode", [Mode.INLINE, Mode.DOT])
def test_sidecars_that_a_glob_takes_along_are_passed_over(
    rushes: Any, shots: Path, mode: Mode
) -> None:
    given = ("--sidecar-mode", mode.value)
    signed(rushes, "shots/*", *given)
    assert (shots / sidecar("a.mov", mode)).exists()
    assert set(signed(rushes, "shots/*", "--operator", "bob", *given)) == {
        "a.mov", "b.mov", PLATE, MATTE,
    }  # fmt: skip
    assert refused(rushes, f"shots/{sidecar('a.mov', mode)}")["code"] == "nothing.found"


@pytest.mark.parametrize(
    ("named", "asset"),
    [
        (r"odd\xff/plate.%04d.exr", "plate.%04d.exr"),
        (r"odd\xff/bad\xff.%04d.exr", r"bad\xff.%04d.exr"),
        (r"odd\xff/bad\xff.####.exr", r"bad\xff.%04d.exr"),
        (r"odd\xff/bad\xff.mov", r"bad\xff.mov"),
        (r"odd\xff/bad\xff.%%04d.mov", r"bad\xff.%%04d.mov"),
        (r"odd\xff/b*\xff.mov", r"bad\xff.mov"),
    ],
)
def test_names_go_as_they_are_printed(rushes: Any, home: Path, named: str, asset: str) -> None:
    folder = home / "odd\udcff"
    frames(folder, [1001, 1002])
    frames(folder, [1001, 1002], head="bad\udcff.")
    media(folder / "bad\udcff.mov")
    media(folder / "bad\udcff.%04d.mov")
    assert signed(rushes, named) == {asset: "new"}
    assert signed(rushes, r"odd\xff", "--operator", "bob") != {}


def test_a_name_that_is_there_as_it_was_given_is_meant(rushes: Any, home: Path) -> None:
    for name in ("bad\udcff", r"bad\xff"):
        media(home / "odd" / f"{name}.mov")
        frames(home / "odd", [1001, 1002], head=f"{name}.")
    assert signed(rushes, r"odd/bad\xff.mov") == {r"bad\\xff.mov": "new"}
    assert signed(rushes, r"odd/bad\xff.%04d.exr") == {r"bad\\xff.%04d.exr": "new"}
    assert signed(rushes, r"odd/bad\\xff.mov", "--operator", "bob") == {r"bad\\xff.mov": "signed"}


def test_what_a_glob_matches_and_is_no_file_is_passed_by_and_told(rushes: Any, shots: Path) -> None:
    os.mkfifo(shots / "pipe.mov")
    (shots / "gone.mov").symlink_to("nowhere")
    ended = rushes("qc", "sign", "--json", "--result", "pass", "shots/*.mov")
    assert ended.code == exits.OK
    assert {row["asset"] for row in ended.json["crawls"][0]["outcomes"]} == {"a.mov", "b.mov"}
    assert "shots/pipe.mov" in ended.err
    assert "shots/gone.mov" in ended.err
    for named in ("shots/pipe.mov", "shots/gone.mov", "shots/p*.mov"):
        assert named in refused(rushes, "shots/a.mov", named)["message"]


def test_tiles_go_by_their_pattern_and_by_their_files(rushes: Any, home: Path) -> None:
    frames(home / "tex", [1001, 1002, 1011], head="skin_albedo.", tail=".tx")
    name = "skin_albedo.%UDIM.tx"
    assert signed(rushes, "tex/skin_albedo.<UDIM>.tx") == {name: "new"}
    assert signed(rushes, "tex/*.tx", "--operator", "bob") == {name: "signed"}


def test_a_shot_is_signed_off_wherever_its_files_lie(
    rushes: Any, shows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(shows))
    wanted = {"demo/sq010/sh0010/plates/plate.%04d.exr": "new"}
    assert signed(rushes, "--shot", "demo/sh0010") == wanted
    assert signed(rushes, "--shot", "demo/sq010/sh0020", "--operator", "bob") == {
        "demo/sq010/sh0020/renders/beauty.%04d.exr": "new",
        "demo/sq010/sh0020/renders/notes.txt": "new",
    }
    before = state_of(shows)
    assert refused(rushes, "--shot", "demo/sh0010", "--shot", "demo/sh9999")["code"] == (
        "nothing.found"
    )
    for odd in ("demo", "a/b/c/d", "demo/"):
        assert refused(rushes, "--shot", odd)["code"] == "usage"
    assert state_of(shows) == before


def test_without_a_folder_of_shows_there_are_no_shots(rushes: Any, shots: Path) -> None:
    assert "--shows-root" in refused(rushes, "--shot", "demo/sh0010")["hint"]


def test_a_dry_run_signs_nothing_and_says_so(rushes: Any, shots: Path) -> None:
    before = state_of(shots)
    ended = rushes("qc", "sign", "--result", "pass", "shots/a.mov", "--dry-run")
    assert ended.code == exits.OK
    assert "nothing was written" in ended.out
    assert state_of(shots) == before


def test_only_what_was_meant_is_counted(rushes: Any, shots: Path) -> None:
    ended = rushes("qc", "sign", "--result", "pass", "shots/a.mov")
    assert f"{shots}: 1 asset, 1 new.\n" in ended.out


def test_a_sidecar_that_makes_no_sense_is_left_alone(rushes: Any, shots: Path) -> None:
    place = media(shots / ".qc" / "a.mov.qc.json", b"{}")
    assert signed(rushes, "shots/a.mov", code=exits.FOUND) == {"a.mov": "refused"}
    assert place.read_bytes() == b"{}"


def test_trak_must_be_known_before_anything_is_signed_off(
    rushes: Any, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRAK_BASE_URL", raising=False)
    before = state_of(shots)
    error = refused(rushes, "shots/a.mov", "--trak")
    assert "TRAK_BASE_URL" in error["message"] + error["hint"]
    assert state_of(shots) == before


def test_what_goes_to_trak_needs_the_database(rushes: Any, shots: Path) -> None:
    before = state_of(shots)
    error = refused(rushes, "shots/a.mov", "--trak", "--no-db")
    assert error["code"] == "usage"
    assert "--no-db" in error["message"]
    assert state_of(shots) == before


def test_a_sequence_among_others_is_looked_up_and_posted_by_its_pattern(
    rushes: Any, shots: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    with trak_server() as trak:
        for name, value in trak.environment().items():
            monkeypatch.setenv(name, value)
        trak.has(str(shots), "THE-FOLDER")
        trak.has(f"{shots}/{PLATE}", "THE-PLATE")
        signed(rushes, f"shots/{PLATE}", "--trak")
        made = record(shots, PLATE)
        assert trak.told("THE-PLATE") == [made.qc_id]
        assert made.asset_id == "THE-PLATE"
