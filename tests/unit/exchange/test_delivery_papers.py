"""Papers of a delivery tell all of it, the same every time, and say what cannot be pictured."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO
import pytest
from PIL import Image

from rushes.exchange.delivery_papers import pictures
from rushes.exchange.delivery_papers.facts import Facts, Row
from rushes.exchange.delivery_papers.note import delivery_note
from rushes.exchange.delivery_papers.pictures import Pictures, pictured
from rushes.exchange.delivery_papers.sheet import contact_sheet
from rushes.inspection.thumbnail import Made
from rushes.qc.report.pdf_type import STANDARD

MADE = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


def row(at: int = 1, **given: Any) -> Row:
    """A version that is told in full."""
    told = Row(
        f"sh{at:04}_comp_v003",
        *("v003", "sq010", f"sh{at:04}", "comp", "Tom Brandt", "1001-1024", 24),
        fps=Fraction(24000, 1001),
        width=1920,
        height=1080,
        colour_space="ACEScg",
        path=f"sq010/sh{at:04}_comp_v003.%04d.exr",
        files=24,
        size=24_000_000,
        digest=f"blake3:{at:064x}",
        signed_by="Ilse Okafor",
        signed_at=MADE,
    )
    return replace(told, **given)


def facts(*rows: Row, **given: Any) -> Facts:
    """A delivery of these."""
    told = Facts("Nightjar", "client_01", MADE, rows, recipient="Harbour", note="Temp comps.")
    return replace(told, **given)


def picture(path: Path) -> Path:
    """A grey frame."""
    OpenImageIO.ImageBuf(np.full((90, 160, 3), 128, np.uint8)).write(str(path))
    return path


def text_of(pdf: bytes) -> str:
    """What the pages of a PDF in a standard font say."""
    pages = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        packed = stream.strip().removesuffix(b"~>")
        try:
            pages.append(zlib.decompress(a85decode(packed)))
        except (ValueError, zlib.error):
            continue
    found = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", b"\n".join(pages))
    told = re.sub(rb"\\([()\\])", rb"\1", b" ".join(found))
    return re.sub(rb"\\(\d{3})", lambda one: bytes([int(one[1], 8)]), told).decode("cp1252")


def read(told: Facts, shown: Pictures) -> str:
    """A delivery note's text."""
    return text_of(delivery_note(told, shown, type_=STANDARD))


def pages(pdf: bytes) -> int:
    """How many a PDF has."""
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_papers_made_again_are_the_same(tmp_path: Path) -> None:
    told = facts(row(1, picture=picture(tmp_path / "a.png")), row(2))
    made = [
        (delivery_note(told, shown), contact_sheet(told, shown))
        for shown in (pictured(told, workers=1), pictured(told, workers=2))
    ]
    assert made[0] == made[1]
    assert made[0][0].startswith(b"%PDF-")
    assert b"D:20261121183000+00'00'" in made[0][0]
    later = replace(told, made=MADE.replace(hour=19))
    assert delivery_note(later, pictured(told)) != made[0][0]


def test_a_note_tells_every_version_and_the_totals() -> None:
    told = facts(row(1), row(2), sender="Northlight", remarks=("3 files went before.",))
    said = read(told, Pictures())
    for words in (
        *("client_01", "Nightjar", "Harbour", "Northlight", "Temp comps.", "3 files went before."),
        *("2 versions, 48 files, 45.8 MB", "21 Nov 2026, 18:30 UTC", "2 versions of 2 shots"),
        *("sh0001_comp_v003", "sh0002_comp_v003", "1001-1024 (24 frames)", "23.976 fps", "ACEScg"),
        *("1920 × 1080", "Tom Brandt", "Signed off: Ilse Okafor", "blake3:0000000000000000"),
    ):
        assert words in said, words
    assert "not signed off" not in said


def test_what_is_not_known_or_not_signed_off_is_said() -> None:
    said = read(facts(Row("odd_one"), row(2)), Pictures())
    assert "odd_one" in said
    assert "frames not told" in said
    assert "path not told" in said
    assert "Not signed off" in said
    assert "1 version of 2 is not signed off." in said


def test_what_cannot_be_pictured_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "b.exr"
    broken.write_bytes(b"no picture")
    told = facts(
        *(row(1, picture=picture(tmp_path / "a.png")), row(2, picture=broken), row(3)),
        row(4, picture=tmp_path / "gone.exr"),
    )
    shown = pictured(told)
    said = read(told, shown)
    for words in ("No picture", "Cannot be shown", "Not there", "3 versions of 4 could not be"):
        assert words in said, words
    assert [shown.why(one) for one in told.rows[1:]] == [
        *("cannot be shown", "no picture", "not there"),
    ]
    assert contact_sheet(told, shown).startswith(b"\xff\xd8\xff")


def test_markup_and_other_alphabets_are_shown_as_they_are() -> None:
    odd = row(1, artist="<b>Łukasz & 李雷", version="a<br/>b_\udcff")
    said = read(facts(odd, recipient="Дмитрий"), Pictures()).replace(" ", "")
    assert "<b>" in said
    assert "\\u674e\\u96f7" in said
    assert "a<br/>b_" in said
    assert delivery_note(facts(odd, note="שלום\n日本"), Pictures())
    assert contact_sheet(facts(odd), Pictures())


def test_five_hundred_versions_are_all_there() -> None:
    told = facts(*(row(at) for at in range(500)))
    data = delivery_note(told, Pictures(), type_=STANDARD)
    said = text_of(data)
    assert all(f"sh{at:04}_comp_v003" in said for at in range(500))
    number = pages(data)
    assert f"Page {number} of" in said
    assert number > 20


@pytest.mark.parametrize("number", [0, 1, 7, 500])
def test_a_contact_sheet_has_room_for_any_number(number: int) -> None:
    told = facts(*(row(at) for at in range(number)))
    page = Image.open(BytesIO(contact_sheet(told, Pictures(width=160))))
    assert page.format == "JPEG"
    assert page.width < 8_000
    assert page.height < 8_000


def test_a_picture_stands_above_its_slate(tmp_path: Path) -> None:
    path = tmp_path / "a"
    shown = Pictures(160, {path: Made(160, 90, bytes([200]) * (160 * 90 * 3))})
    page = np.asarray(Image.open(BytesIO(contact_sheet(facts(row(1, picture=path)), shown))))
    lit = (page.min(axis=2) > 190) & (page.max(axis=2) < 210)
    rows = np.flatnonzero(lit.sum(axis=1) > 150)
    assert 88 <= rows.size <= 92
    above, below = page[: rows[0]], page[rows[-1] + 2 :]
    assert (above.min(axis=2) > 150).any()  # the heading
    assert (below.min(axis=2) > 150).any()  # the slate


def test_more_pictures_than_there_is_room_for_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST", 1)
    told = facts(*(row(at, picture=picture(tmp_path / f"{at}.png")) for at in range(2)))
    shown = pictured(told)
    assert shown.of(told.rows[0]) is not None
    assert shown.why(told.rows[1]) == "left out"
