from __future__ import annotations

import csv
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from io import StringIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.thumbnail import thumbnail
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import Record, Result, Sidecar, Signature
from rushes.qc.kept import Kept
from rushes.qc.report import pdf as pdf_form
from rushes.qc.report import render as html_form
from rushes.qc.report import table as csv_form
from rushes.qc.report.content import QcReport, ReportedAsset, Unreadable
from rushes.qc.report.entries import reported
from rushes.qc.report.files import wanted
from rushes.qc.report.limits import LIMITS, Limits
from rushes.qc.report.page import to_picture, to_sheet
from rushes.qc.report.pdf import pdf
from rushes.qc.report.pdf_type import STANDARD, best_type
from rushes.qc.report.pictures import Pictures
from rushes.qc.report.render import render
from rushes.qc.report.sheets import ContactSheet
from rushes.qc.report.table import COLUMNS, table
from rushes.testing import pages
from rushes.testing.media.raster import write
from rushes.testing.signoffs import finding, of_sequence, record

FRAMES = FrameSet((FrameRange(1001, 1010),))
NOTHING = Pictures()
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7*7 }}\u202egnp.exe"
SIGNED = Signature("ed25519", "ed25519:0123456789abcdef0123456789abcdef", "AAAA")


def asset(made: Record, subject: str = "demo/sh0010/clip.mov", records: int = 1) -> ReportedAsset:
    kept = Kept(
        Path("/q/.qc/x.qc.json"), PurePosixPath("."), made.asset_name, sidecar=Sidecar(made)
    )
    place = tuple(subject.split("/")[:-1])
    told = reported(kept, subject=subject, place=place, media=Path("/q"))
    return replace(told, records=records)


def report(*assets: ReportedAsset, **others: object) -> QcReport:
    made = datetime(2026, 11, 21, 12, tzinfo=UTC)
    known = QcReport("shows", ("/mnt/shows",), made, "0.1.0", tuple(assets))
    return replace(known, **others)  # type: ignore[arg-type]


@cache
def jpeg() -> bytes:
    import numpy as np

    with TemporaryDirectory() as folder:
        path = Path(folder, "picture.png")
        write(path, np.full((90, 160, 3), 0.5, np.float32))
        return thumbnail(path)


# Cells of tables stand next to each other.
Reader = partial(pages.Reader, between=" ")


def hostile(result: Result) -> ReportedAsset:
    made = record(
        qc_result=result,
        operator=HOSTILE,
        notes=HOSTILE,
        reason=HOSTILE,
        policy_version=HOSTILE,
        content_hash=HOSTILE,
        findings=(finding(HOSTILE, rule=HOSTILE, fix=HOSTILE),),
        signature=Signature(HOSTILE, HOSTILE, HOSTILE),
    )
    return asset(made, subject=f"{HOSTILE.replace('/', '')}/clip.mov")


def hostile_report() -> QcReport:
    error = RushesError(Code.SIDECAR_INVALID, HOSTILE, hint=HOSTILE)
    return report(
        *map(hostile, Result),
        title=HOSTILE,
        trees=(HOSTILE,),
        unreadable=(Unreadable(HOSTILE, (HOSTILE,), error),),
    )


def test_nothing_that_a_record_says_becomes_part_of_the_page() -> None:
    html = render(hostile_report(), NOTHING)
    page = Reader(html)
    assert len(page.of("script")) == 1
    assert not page.of("img")
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert "{{ 7*7 }}" in page.text
    assert "\u202e" not in html


def test_the_page_asks_for_nothing_from_outside_and_runs_only_its_own_script() -> None:
    html = render(hostile_report(), NOTHING)
    links = [
        value
        for _, attrs in Reader(html).tags
        for name, value in attrs.items()
        if name in ("src", "href", "xlink:href", "action", "srcset", "data")
    ]
    assert all(link and link.startswith(("#", "data:image/")) for link in links)
    assert not re.search(r"@import|url\((?![\"']?(data:|#))", html)
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert found is not None
        digest = b64encode(sha256(found[1].encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in html


def test_failures_come_before_what_is_pending_and_that_before_passes() -> None:
    made = report(
        *(
            asset(record(qc_result=result), subject=f"a/{at}-{result.value}.mov")
            for at, result in enumerate((Result.PASS, Result.PENDING, Result.FAIL))
        )
    )
    text = Reader(render(made, NOTHING)).text
    assert "1 failed , 1 pending , 1 passed" in text
    order = [text.rindex(name) for name in ("2-fail.mov", "1-pending.mov", "0-pass.mov")]
    assert order == sorted(order)


def test_the_page_tells_all_of_a_failure() -> None:
    made = of_sequence(
        FrameSet((FrameRange(1001, 1003), FrameRange(1006, 1010))),
        qc_result=Result.FAIL,
        notes="flicker",
        findings=(finding(),),
        signature=SIGNED,
    )
    html = render(report(asset(made, records=3)), NOTHING)
    text = Reader(html).text
    for told in (
        "flicker",
        "by ada",
        "20 Nov 2026, 09:30 UTC",
        "1001-1003, 1006-1010",
        "8 frames, 2 holes",
        "blake3:c29bc29bc29b…",
        "signed by ed25519:0123456789ab…",
        "3 records",
        "3 pixels are NaN",
    ):
        assert told in text
    assert f'title="{made.content_hash}"' in html


def test_unsigned_records_and_broken_chains_are_said_to_be_so() -> None:
    text = Reader(render(report(replace(asset(record()), intact=False)), NOTHING)).text
    assert "unsigned" in text
    assert "the chain is broken" in text
    assert "did not check signatures" in text


def test_nothing_is_called_fine_that_could_not_be_read() -> None:
    error = RushesError(Code.SIDECAR_INVALID, "cut short")
    text = Reader(render(report(unreadable=(Unreadable("a.mov", (), error),)), NOTHING)).text
    assert "1 unreadable" in text
    assert "in what could be read" in text


def test_pictures_that_are_gone_or_damaged_show_so() -> None:
    one = asset(of_sequence(FRAMES, qc_result=Result.FAIL))
    first, middle, last = (file.path for file in wanted(one))
    broken = RushesError(Code.MEDIA_UNREADABLE, "The file is damaged.")
    pictures = Pictures({first: jpeg()}, frozenset({middle}), {last: broken})
    page = Reader(render(report(one), pictures))
    assert len(page.of("img")) == 1
    assert "gone" in page.text
    assert "cannot be shown" in page.text
    assert any(attrs.get("title") == "The file is damaged." for attrs in page.of("div"))
    assert pdf(report(one), pictures).startswith(b"%PDF")


def test_twenty_thousand_records_make_a_page_of_less_than_twenty_megabytes() -> None:
    result = (Result.FAIL, Result.PENDING, Result.PASS)
    known = [
        asset(
            of_sequence(FRAMES, qc_result=one, notes="Viewed & signed. " * 20, signature=SIGNED),
            subject=f"show/sequence/shot/a_rather_long_name_{one.value}.%04d.exr",
        )
        for one in result
    ]
    many = [
        replace(
            known[min(2, at % 40)],
            subject=f"show{at % 9}/s{at}/plates/comp_{at}.%04d.exr",
            file=f"comp_{at}.%04d.exr",
        )
        for at in range(20_000)
    ]
    picture = jpeg() + b"\0" * 6_000
    made = report(*many)
    pictures = Pictures(
        {file.path: picture for one in to_picture(made, LIMITS) for file in wanted(one)}
    )
    large = ContactSheet("24 of 24 frames", picture + bytes(150_000))
    sheets = {one.subject: large for one in to_sheet(made, LIMITS)}
    html = render(made, pictures, sheets=sheets)
    assert len(html.encode()) < 20 * 10**6
    assert "20,000 assets with a record" in html
    assert 5 < html.count('class="sheet"') < 40


def test_what_there_is_no_room_for_is_said_to_be_left_out() -> None:
    limits = Limits(cards=1, rows=1, places=1, findings=1)
    fails = [
        asset(record(qc_result=Result.FAIL, findings=(finding(),) * 3), subject=f"f{at}/x/c.mov")
        for at in range(4)
    ]
    text = Reader(render(report(*fails), NOTHING, limits=limits)).text
    assert "and 2 more findings" in text
    assert "2 assets, which the headline and the roll-up count" in text
    assert "7 folders of the roll-up" in text


def test_the_same_report_makes_the_same_bytes() -> None:
    made = hostile_report()
    assert render(made, NOTHING) == render(made, NOTHING)
    assert pdf(made, NOTHING) == pdf(made, NOTHING)
    assert table(made) == table(made)


def test_each_form_is_known_by_its_first_bytes() -> None:
    made = hostile_report()
    assert html_form.MARK in render(made, NOTHING).encode()[:4096]
    assert pdf_form.MARK in pdf(made, NOTHING)[:4096]
    assert csv_form.MARK in table(made)[:4096]


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    starts = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")
    made = report(
        *(
            asset(record(notes=note, operator=note), subject=f"a/{at}.mov")
            for at, note in enumerate(starts)
        )
    )
    for row in rows(made):
        assert row["notes"].startswith(("'", "\\x0d"))
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_a_table_has_a_row_for_each_asset_and_each_unreadable_record() -> None:
    error = RushesError(Code.SIDECAR_INVALID, "cut short")
    made = report(
        asset(of_sequence(FRAMES, signature=SIGNED, notes='a,b\n"c" é 日本'), records=2),
        unreadable=(Unreadable("b.mov", (), error),),
    )
    first, second = rows(made)
    assert first["notes"] == 'a,b\n"c" é 日本'
    assert (first["frames"], first["frame_count"], first["holes"]) == ("1001-1010", "10", "0")
    assert (first["signature_key"], first["records"]) == (SIGNED.key, "2")
    assert (second["asset"], second["result"], second["notes"]) == (
        "b.mov",
        "unreadable",
        "cut short",
    )


def rows(made: QcReport) -> list[dict[str, str]]:
    text = table(made).decode("utf-8-sig")
    found = list(csv.DictReader(StringIO(text, newline="")))
    assert all(tuple(row) == COLUMNS for row in found)
    return found


@pytest.mark.parametrize("letters", [STANDARD, best_type()], ids=["standard", "best"])
def test_a_print_holds_names_in_any_script(letters: object) -> None:
    text = "Zoë 田中 שלום 😀 \x07 <b>&amp;</b> <img src='http://x/y.png'/>"
    made = asset(of_sequence(FRAMES, qc_result=Result.FAIL, operator=text, notes=text * 400))
    data = pdf(report(made, title=text, trees=(text,)), NOTHING, type_=letters)  # type: ignore[arg-type]
    assert data.rstrip().endswith(b"%%EOF")


def test_letters_that_a_font_does_not_have_are_written_out() -> None:
    assert STANDARD.line("Zoë 田") == "Zoë \\u7530"
    assert STANDARD.text("<b>&") == "&lt;b&gt;&amp;"
    assert best_type().line("שלום")[:6] == "\\u05e9"
    assert STANDARD.line("😀") == "\\U0001f600"


def test_a_card_longer_than_a_page_is_printed() -> None:
    long = finding("word " * 240)
    made = asset(
        of_sequence(FRAMES, qc_result=Result.FAIL, findings=(long,) * 12, notes="x" * 5000)
    )
    pictures = Pictures({file.path: jpeg() for file in wanted(made)})
    assert pdf(report(made), pictures).startswith(b"%PDF")


def test_limits_hold_a_name_as_long_as_names_may_be() -> None:
    made = asset(record(qc_result=Result.FAIL), subject="/".join(["n" * 255] * 12))
    assert len(render(report(made), NOTHING)) < LIMITS.picture_bytes
    assert pdf(report(made), NOTHING).startswith(b"%PDF")
