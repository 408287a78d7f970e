from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from rushes.inspection.contact_sheet import Cell
from rushes.inspection.contact_sheet_worker import contact_sheet_file
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import Result, Sidecar
from rushes.qc.kept import Kept
from rushes.qc.report.content import Only, QcReport, ReportedAsset
from rushes.qc.report.entries import reported
from rushes.qc.report.files import MOST_ON_A_SHEET, is_gone, on_sheet
from rushes.qc.report.gather import Tree, gathered
from rushes.qc.report.limits import LIMITS, Limits
from rushes.qc.report.page import to_sheet
from rushes.qc.report.pdf import pdf
from rushes.qc.report.pictures import Pictures
from rushes.qc.report.render import render
from rushes.qc.report.sheets import ContactSheet, contact_sheets
from rushes.scan.layout import Layout
from rushes.scan.roots import Root
from rushes.testing.media.raster import write
from rushes.testing.signoffs import FIRST, of_sequence, placed, record

NOTHING = Pictures()
JPEG = b"\xff\xd8\xff"


def read(tree: Path) -> QcReport:
    asked = [Tree(Root(str(tree)), tree)]
    return gathered(asked, Layout(["{show}"]), made=FIRST, only=Only())


def recorded(tree: Path, frames: FrameSet, *, result: Result = Result.FAIL) -> ReportedAsset:
    placed(tree, Sidecar(of_sequence(frames, qc_result=result)))
    (one,) = read(tree).assets
    return one


def labels(asset: ReportedAsset) -> list[str]:
    return [f"{one.label}{'?' if one.missing else ''}" for one in on_sheet(asset)]


def test_a_short_sequence_is_shown_whole_with_its_gaps(tmp_path: Path) -> None:
    frames = FrameSet((FrameRange(1001, 1003), FrameRange(1006, 1007)))
    shown = ["1001", "1002", "1003", "1004?", "1005?", "1006", "1007"]
    assert labels(recorded(tmp_path, frames)) == shown


def test_a_long_sequence_is_spread_from_first_to_last_and_no_gap_is_stepped_over(
    tmp_path: Path,
) -> None:
    frames = FrameSet((FrameRange(1001, 1470), FrameRange(1472, 2000)))
    shown = labels(recorded(tmp_path, frames))
    assert len(shown) == MOST_ON_A_SHEET
    assert (shown[0], shown[-1]) == ("1001", "2000")
    assert "1471?" in shown


@given(st.sets(st.integers(1, 400), min_size=1), st.integers(1, 10))
def test_a_sheet_is_as_full_as_it_may_be_whatever_is_missing(some: set[int], step: int) -> None:
    made = of_sequence(FrameSet.of(frame * step for frame in some))
    place = Kept(
        Path("/q/.qc/x.qc.json"), PurePosixPath("."), made.asset_name, sidecar=Sidecar(made)
    )
    shown = on_sheet(reported(place, subject="x", place=(), media=Path("/q")))
    span = (max(some) - min(some)) * step + 1
    assert min(span, MOST_ON_A_SHEET - 8) <= len(shown) <= MOST_ON_A_SHEET
    assert (shown[0].label, shown[-1].label) == (str(min(some) * step), str(max(some) * step))


def test_a_sequence_on_twos_lacks_nothing(tmp_path: Path) -> None:
    one = recorded(tmp_path, FrameSet((FrameRange(1001, 1199, 2),)))
    assert one.sequence is not None
    shown = labels(replace(one, sequence=replace(one.sequence, holes=0)))
    assert len(shown) == MOST_ON_A_SHEET
    assert not any(one.endswith("?") for one in shown)


def test_frames_a_record_makes_up_take_no_time(tmp_path: Path) -> None:
    one = recorded(tmp_path, FrameSet((FrameRange(1001, 1010),)))
    assert one.sequence is not None
    for frames in ("1-9999999x2,9999999", "1,9999999", "nonsense"):
        odd = replace(one, sequence=replace(one.sequence, frames=frames, holes=3))
        assert len(on_sheet(odd)) <= MOST_ON_A_SHEET


def test_a_sheet_shows_what_is_there_and_marks_what_is_missing_gone_or_damaged(
    tmp_path: Path,
) -> None:
    import numpy as np

    frames = FrameSet((FrameRange(1001, 1003), FrameRange(1005, 1006)))
    one = replace(recorded(tmp_path, frames), file="plate.%04d.png")
    for frame in (1001, 1002):
        write(tmp_path / f"plate.{frame}.png", np.full((18, 32, 3), 0.5, np.float32))
    (tmp_path / "plate.1003.png").write_bytes(b"cut short")
    (sheet,) = contact_sheets([one], workers=1).values()
    assert sheet.data.startswith(JPEG)
    assert sheet.told == "2 of 5 frames; marked: 1 unreadable, 1 missing, 2 gone"


def test_a_sequence_that_is_gone_has_no_sheet_and_that_is_said(tmp_path: Path) -> None:
    one = recorded(tmp_path, FrameSet((FrameRange(1001, 1003),)))
    made = contact_sheets([one], workers=1)
    told = "No contact sheet: none of its frames can be shown (3 gone)"
    assert told in render(read(tmp_path), NOTHING, sheets=made)
    assert pdf(read(tmp_path), NOTHING, sheets=made).startswith(b"%PDF")


def test_sheets_are_of_the_sequences_told_at_length_the_worst_first(tmp_path: Path) -> None:
    frames = FrameSet((FrameRange(1001, 1003),))
    for result in Result:
        recorded(tmp_path / result.value, frames, result=result)
    placed(tmp_path / "edit", Sidecar(record(qc_result=Result.FAIL)))
    asked = to_sheet(read(tmp_path), LIMITS)
    assert [one.result for one in asked] == [Result.FAIL, Result.PENDING]
    assert len(to_sheet(read(tmp_path), Limits(sheets=1))) == 1


def many(tmp_path: Path) -> QcReport:
    known = recorded(tmp_path, FrameSet((FrameRange(1001, 1003),)))
    made = read(tmp_path)
    return replace(made, assets=tuple(replace(known, subject=f"a/{at}") for at in range(50)))


def test_sheets_that_there_is_no_room_for_are_told(tmp_path: Path) -> None:
    made = many(tmp_path)
    sheet = ContactSheet("3 of 3 frames", JPEG + bytes(100))
    sheets = dict.fromkeys((one.subject for one in to_sheet(made, LIMITS)), sheet)
    html = render(made, NOTHING, sheets=sheets)
    assert html.count("data:image/jpeg") == LIMITS.sheets == 40
    assert "10 contact sheets; at most 40 are made, of the worst first" in html
    assert "contact sheet" not in render(made, NOTHING).lower()
    tight = Limits(sheet_bytes=250)
    assert "48 contact sheets" in render(made, NOTHING, sheets=sheets, limits=tight)


def test_a_sheet_is_in_page_and_print(tmp_path: Path) -> None:
    one = recorded(tmp_path, FrameSet((FrameRange(1001, 1003),)))
    data = contact_sheet_file([Cell("1001", None, "gone")], width=160).data
    sheets = {one.subject: ContactSheet("1 of 3 frames", data)}
    html = render(read(tmp_path), NOTHING, sheets=sheets)
    assert '<details class="sheet">' in html
    assert "1 of 3 frames" in html
    without = pdf(read(tmp_path), NOTHING)
    assert len(pdf(read(tmp_path), NOTHING, sheets=sheets)) > len(without) + len(data)


def test_a_name_too_long_to_look_at_is_no_failure(tmp_path: Path) -> None:
    assert is_gone(tmp_path / "nothing.exr")
    assert not is_gone(tmp_path / ("n" * 300))
    assert not is_gone(Path("nul\0"))
