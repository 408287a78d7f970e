from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.model.finding import Finding
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import Result, Sidecar
from rushes.testing.signoffs import chain, finding, of_sequence, placed, record

Command = Callable[..., Any]
FRAMES = FrameSet((FrameRange(1001, 1003),))


@pytest.fixture
def tree(home: Path) -> Path:
    """A shot that failed and one that passed, three records in all."""
    root = home / "shows"
    found: tuple[Finding, ...] = (finding(),)
    failed = of_sequence(FRAMES, qc_result=Result.FAIL, notes="flicker", findings=found)
    placed(root / "demo" / "sq010" / "sh0010" / "plates", Sidecar(failed))
    placed(root / "demo" / "sq010" / "sh0020" / "edit", chain(2))
    return root


def test_a_report_is_written_in_every_form_at_once(rushes: Command, tree: Path) -> None:
    ended = rushes("qc", "report", tree, "--html", "q.html", "--pdf", "q.pdf", "--csv", "q.csv")
    assert ended.code == 0
    assert "1 failed, 1 passed." in ended.out
    assert "flicker" in Path("q.html").read_text("utf-8")
    assert Path("q.pdf").read_bytes().startswith(b"%PDF")
    with open("q.csv", encoding="utf-8-sig", newline="") as file:
        assert [row["result"] for row in csv.DictReader(file)] == ["fail", "pass"]


def test_a_report_takes_the_place_of_one_of_its_form_and_of_nothing_else(
    rushes: Command, tree: Path
) -> None:
    forms = ("--html", "q.html", "--pdf", "q.pdf", "--csv", "q.csv")
    assert rushes("qc", "report", tree, *forms).code == 0
    assert rushes("qc", "report", tree, *forms).code == 0
    Path("q.pdf").write_bytes(b"%PDF-1.4 of somebody else")
    before = Path("q.html").stat().st_mtime_ns
    ended = rushes("qc", "report", tree, *forms)
    assert ended.code == 2
    assert "left alone" in ended.err
    assert Path("q.html").stat().st_mtime_ns == before


def test_a_report_is_not_written_among_the_media(rushes: Command, tree: Path) -> None:
    for option in ("--html", "--pdf", "--csv"):
        place = tree / "demo" / "report"
        assert rushes("qc", "report", tree, option, place).code == 2
        assert not place.exists()


def test_a_tree_without_records_is_said_to_have_none(rushes: Command, shows: Path) -> None:
    ended = rushes("qc", "report", shows, "--html", "q.html")
    assert ended.code == 2
    assert "no record of any quality check" in ended.err
    assert not Path("q.html").exists()


def test_a_tree_that_is_not_there_is_said_so(rushes: Command, home: Path) -> None:
    assert rushes("qc", "report", home / "nowhere", "--csv", "q.csv").code == 2
    assert not Path("q.csv").exists()


def test_it_has_to_be_said_what_to_write_and_where(rushes: Command, tree: Path) -> None:
    assert rushes("qc", "report", tree).code == 2
    assert rushes("qc", "report", tree, "--html", "q", "--csv", "q").code == 2
    assert not Path("q").exists()


def test_a_record_that_makes_no_sense_is_told_and_exits_1(rushes: Command, tree: Path) -> None:
    place = tree / "demo" / "sq010" / "sh0020" / "edit" / ".qc" / "clip.mov.qc.json"
    place.write_bytes(place.read_bytes() + b" ")
    ended = rushes("qc", "report", tree, "--html", "q.html")
    assert ended.code == 1
    assert "1 failed, 1 unreadable." in ended.out
    assert "clip.mov.qc.json" in ended.err
    assert "clip.mov.qc.json" in Path("q.html").read_text("utf-8")


def test_a_folder_of_nothing_but_unreadable_records_is_reported(
    rushes: Command, home: Path
) -> None:
    bad = home / "shows" / ".qc" / "clip.mov.qc.json"
    bad.parent.mkdir(parents=True)
    bad.write_text("")
    assert rushes("qc", "report", home / "shows", "--csv", "q.csv").code == 1
    assert "unreadable" in Path("q.csv").read_text("utf-8-sig")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads it all")
def test_a_folder_that_cannot_be_listed_exits_3(rushes: Command, tree: Path) -> None:
    closed = tree / "demo" / "sq010" / "sh0020"
    closed.chmod(0)
    try:
        assert rushes("qc", "report", tree, "--csv", "q.csv").code == 3
    finally:
        closed.chmod(0o755)


def test_a_report_that_cannot_be_written_exits_4_and_the_others_are(
    rushes: Command, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.core import atomic
    from rushes.core.errors import Code, RushesError

    real = atomic.write_bytes

    def full(path: Path, data: bytes) -> None:
        if path.suffix == ".html":
            raise RushesError(Code.WRITE_FAILED, "The disk is full.")
        real(path, data)

    monkeypatch.setattr(atomic, "write_bytes", full)
    ended = rushes("qc", "report", tree, "--html", "q.html", "--csv", "q.csv")
    assert ended.code == 4
    assert "Wrote q.csv" in ended.out
    assert "q.html" not in ended.out
    assert Path("q.csv").exists()


def test_json_has_all_of_it(rushes: Command, tree: Path) -> None:
    ended = rushes("qc", "report", tree, "--json", "--csv", "q.csv")
    assert ended.code == 0
    told = ended.json
    assert told["written"] == {"csv": "q.csv"}
    assert told["totals"] == {"fail": 1, "unreadable": 0, "pending": 0, "pass": 1}
    assert [one["result"] for one in told["assets"]] == ["fail", "pass"]
    assert told["assets"][0]["sequence"]["frames"] == "1001-1003"
    assert told["assets"][0]["findings"][0]["rule"] == "pixels.nan"
    assert told["folders"][0] == {
        "place": ["demo"],
        "worst": "fail",
        "fail": 1,
        "unreadable": 0,
        "pending": 0,
        "pass": 1,
    }


def test_a_report_is_limited_by_result_and_time(rushes: Command, tree: Path) -> None:
    placed(tree, Sidecar(record(asset_name="old.mov", qc_result=Result.PENDING)))
    told = rushes("qc", "report", tree, "--json", "--result", "fail").json
    assert [one["result"] for one in told["assets"]] == ["fail"]
    assert told["only"] == {"result": "fail", "since": None, "left_out": 2}
    told = rushes("qc", "report", tree, "--json", "--since", "2026-11-21").json
    assert [one["asset"] for one in told["assets"]] == ["demo/sq010/sh0020/edit/clip.mov"]
    assert rushes("qc", "report", tree, "--json", "--since", "lately").code == 2


def test_nothing_that_matches_is_no_failure(rushes: Command, tree: Path) -> None:
    ended = rushes("qc", "report", tree, "--html", "q.html", "--result", "pending")
    assert ended.code == 0
    assert "No record matches." in ended.out
    assert "2 others left out" in Path("q.html").read_text("utf-8")


def test_records_that_are_kept_apart_are_found(rushes: Command, home: Path) -> None:
    media = home / "shows" / "demo"
    media.mkdir(parents=True)
    apart = home / "records"
    placed(apart / media.relative_to(media.anchor), chain(1))
    ended = rushes("qc", "report", media, "--json", "--sidecar-root", apart)
    assert [one["asset"] for one in ended.json["assets"]] == ["clip.mov"]
    assert rushes("qc", "report", home, "--json", "--sidecar-root", home / "none").code == 2


def test_pictures_are_shown_of_media_that_is_there(rushes: Command, tree: Path) -> None:
    import numpy as np

    from rushes.testing.media.raster import write

    plates = tree / "demo" / "sq010" / "sh0010" / "plates"
    placed(plates, chain(1, asset_name="still.png"))
    write(plates / "still.png", np.full((90, 160, 3), 0.5, np.float32))
    assert rushes("qc", "report", plates, "--html", "q.html").code == 0
    page = Path("q.html").read_text("utf-8")
    assert page.count("data:image/jpeg") == 1
    assert page.count(">gone<") == 3
    assert rushes("qc", "report", plates, "--html", "q.html", "--no-thumbnails").code == 0
    assert "data:image/jpeg" not in Path("q.html").read_text("utf-8")


def test_contact_sheets_are_shown_unless_somebody_says_no(rushes: Command, tree: Path) -> None:
    for options, sheets in (
        ((), True),
        (("--no-contact-sheets",), False),
        (("--no-thumbnails",), False),
        (("--no-thumbnails", "--contact-sheets"), True),
    ):
        assert rushes("qc", "report", tree, "--html", "q.html", *options).code == 0
        page = Path("q.html").read_text("utf-8")
        assert ("ontact sheet: none of its frames can be shown (3 gone)" in page) is sheets
