from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from rushes.model.files import Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.scan import ScanTotals
from rushes.report.content import (
    Gauge,
    ReportContent,
    ReportedSequence,
    UnreadFolder,
    UsageNode,
)
from rushes.report.limits import Limits, picture_frames, wanted_pictures
from rushes.report.render import render, write_report
from rushes.testing.pages import Reader

Make = Callable[..., ReportedSequence]
Report = Callable[..., ReportContent]
FRAMES = FrameSet((FrameRange(1001, 1010),))
JPEG = b"\xff\xd8\xff\xe0 not much of a picture"


def lost(one: ReportedSequence, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        "frames.missing", severity, one.subject, "1 missing frame: 1005", fix="Render it again."
    )


def broken(make: Make, **others: object) -> ReportedSequence:
    gap = FrameSet.of([1005])
    return make(FRAMES - gap, missing=gap, source="shot sh0010 (rushes.toml)", **others)


def test_the_page_asks_for_nothing_from_outside(sequence: Make, content: Report) -> None:
    one = broken(sequence)
    html = render(content(one, findings=(lost(one),), thumbnails={one.picture_key(1001): JPEG}))
    page = Reader(html)
    links = [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in ("src", "href", "xlink:href", "action", "srcset", "data")
    ]
    assert links
    assert all(link and link.startswith(("#", "data:image/")) for link in links)
    assert not page.of("link")
    assert not re.search(r"@import|url\((?![\"']?(data:|#))", html)


def test_style_and_script_are_allowed_by_hash_and_nothing_else_is(content: Report) -> None:
    html = render(content())
    (policy,) = [
        meta["content"] or ""
        for meta in Reader(html).of("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (body,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = b64encode(sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not [tag for tag, attributes in Reader(html).tags if "style" in attributes]
    assert not [
        name for _, attributes in Reader(html).tags for name in attributes if name.startswith("on")
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)<b>.", "<script>alert(1)<b>.%04d.exr"),
        ("<img src=x onerror=alert(1)>.", "<img src=x onerror=alert(1)>.%04d.exr"),
        ("two\nlines.", r"two\x0alines.%04d.exr"),
        ("bad\udcff.", r"bad\xff.%04d.exr"),
        ("\"quoted'.", "\"quoted'.%04d.exr"),
        ("{{ 7 * 7 }}.", "{{ 7 * 7 }}.%04d.exr"),
        ("\u202egnp.", r"\u202egnp.%04d.exr"),
        ("pl\u200bate.", r"pl\u200bate.%04d.exr"),
        ("\ufeffplate.", r"\ufeffplate.%04d.exr"),
        ("プレート🎬.", "プレート🎬.%04d.exr"),
    ],
)
def test_odd_names_are_text_and_nothing_more(
    sequence: Make, content: Report, name: str, shown: str
) -> None:
    one = broken(sequence, head=name)
    plain = render(content(sequence(FRAMES, head=name)))
    faulty = render(content(one, findings=(lost(one),)))
    for html in (plain, faulty):
        html.encode("utf-8")
        page = Reader(html)
        assert shown in page.text
        assert len(page.of("script")) == 1


def test_odd_names_are_text_on_the_map_and_among_unread_folders(content: Report) -> None:
    evil = "<img src=x>\udcfe"
    usage = UsageNode("top", 30, children=(UsageNode(evil, 30, 1),))
    html = render(content(usage=usage, unread=(UnreadFolder(evil, evil),)))
    assert not Reader(html).of("img")
    assert r"<img src=x>\xfe" in Reader(html).text


def test_an_unescaped_name_in_a_message_still_makes_a_page(content: Report) -> None:
    finding = Finding("odd", Severity.ERROR, "a\udc80", "raw \udc80 name")
    assert rb"raw \x80 name" in render(content(findings=(finding,))).encode("utf-8")


def test_findings_come_before_everything_that_is_in_order(sequence: Make, content: Report) -> None:
    one = broken(sequence)
    fine = sequence(FRAMES, head="fine.")
    usage = UsageNode("top", 30, children=(UsageNode("show", 30, 1),))
    html = render(content(fine, one, findings=(lost(one),), usage=usage))
    at = [html.index(f'id="{section}"') for section in ("findings", "disk", "in-order", "trust")]
    assert at == sorted(at)


def test_a_finding_says_what_to_do_and_against_what_it_was_judged(
    sequence: Make, content: Report
) -> None:
    one = broken(sequence)
    text = Reader(render(content(one, findings=(lost(one),)))).text
    assert "Render it again." in text
    assert "1 error" in text
    assert "judged against 1001-1010, shot sh0010 (rushes.toml)" in text


def test_without_a_known_range_the_page_says_what_cannot_be_seen(
    sequence: Make, content: Report
) -> None:
    text = Reader(render(content(sequence(FRAMES)))).text
    assert "a lost first or last frame cannot be seen there" in text


def test_nothing_found_is_not_called_fine(content: Report) -> None:
    text = Reader(render(content())).text
    assert "No file sequences were found" in text
    assert "Nothing wrong was found" not in text


def test_what_was_not_read_is_not_called_fine(sequence: Make, content: Report) -> None:
    report = content(
        sequence(FRAMES),
        unread=(UnreadFolder("demo/private", "permission denied"),),
        totals=ScanTotals(sequences=1, unread_folders=1),
    )
    text = Reader(render(report)).text
    assert "Nothing wrong in what was read" in text
    assert "1 folder could not be read." in text
    assert "demo/private permission denied" in text
    assert "Nothing wrong was found" not in text


def test_a_sound_show_is_called_so(sequence: Make, content: Report) -> None:
    text = Reader(render(content(sequence(FRAMES, source="--expect")))).text
    assert "Nothing wrong was found" in text


def test_findings_that_did_not_arrive_are_missed_aloud(sequence: Make, content: Report) -> None:
    report = content(sequence(FRAMES), totals=ScanTotals(sequences=1, errors=3))
    text = Reader(render(report)).text
    assert "3 errors" in text
    assert "3 errors and warnings that the scan counted did not reach this page." in text
    assert "Every error and every warning is on it" not in text


def test_every_sequence_with_a_finding_is_shown_however_many_there_are(
    sequence: Make, content: Report
) -> None:
    faulty = [broken(sequence, head=f"bad{at:04d}.") for at in range(300)]
    fine = [sequence(FRAMES, head=f"fine{at:04d}.") for at in range(300)]
    report = content(*faulty, *fine, findings=tuple(lost(one) for one in faulty))
    html = render(report, limits=Limits(in_order=10))
    text = Reader(html).text
    assert all(one.subject in html for one in faulty)
    assert "and 290 more file sequences without errors or warnings" in text
    assert "this page does not list: 290 file sequences" in text
    assert html.count("fine0") >= 10
    assert "fine0010" not in html


def test_four_thousand_sequences_stay_a_page_that_can_be_mailed(
    sequence: Make, content: Report
) -> None:
    many = [
        sequence(
            FRAMES, folder=f"demo/s{at // 40}/{at}", place=("demo", f"s{at // 40}", f"{at}", "c")
        )
        for at in range(4000)
    ]
    assert len(render(content(*many))) < 1_000_000


def test_thumbnails_are_in_the_page_and_keep_to_their_room(sequence: Make, content: Report) -> None:
    one = broken(sequence)
    pictures = {key: JPEG for key, _ in wanted_pictures(content(one))}
    report = content(one, findings=(lost(one),), thumbnails=pictures)
    assert [i["alt"] for i in Reader(render(report)).of("img")] == [
        "Frame 1001",
        "Frame 1006",
        "Frame 1010",
    ]
    cramped = Reader(render(report, limits=Limits(picture_bytes=len(JPEG))))
    assert len(cramped.of("img")) == 1
    assert "2 thumbnails" in cramped.text


def test_bytes_that_are_no_picture_are_not_put_into_the_page(
    sequence: Make, content: Report
) -> None:
    one = sequence(FRAMES)
    report = content(one, thumbnails={one.picture_key(1001): b"<svg onload=alert(1)>"})
    page = Reader(render(report))
    assert not page.of("img")
    assert "no picture" in page.text


def test_pictures_wanted_are_first_middle_and_last_and_none_of_empty_frames(
    sequence: Make, content: Report
) -> None:
    one = sequence(FRAMES, empty=FrameSet.of([1010]))
    assert picture_frames(one) == (1001, 1005, 1010)
    assert [str(path) for _, path in wanted_pictures(content(one))] == [
        "demo/sq010/sh0010/comp/comp.1001.exr",
        "demo/sq010/sh0010/comp/comp.1005.exr",
    ]
    assert picture_frames(sequence(FrameSet.of([7]))) == (7,)


def test_pictures_are_wanted_of_images_and_movies_alone(sequence: Make, content: Report) -> None:
    names = {"smoke.": ".vdb", "points.": ".json", "plate.": ".EXR", "beauty.exr.": ""}
    every = [sequence(FRAMES, head=head, tail=tail) for head, tail in names.items()]
    wanted = {path.name for _, path in wanted_pictures(content(*every))}
    assert wanted == {
        *("plate.1001.EXR", "plate.1005.EXR", "plate.1010.EXR"),
        *("beauty.exr.1001", "beauty.exr.1005", "beauty.exr.1010"),
    }


def test_why_a_picture_could_not_be_made_stands_beside_its_sequence(
    sequence: Make, content: Report
) -> None:
    told, never = "No picture can be read from a.1001.exr: <cut off>.", sequence(FRAMES, head="b.")
    one = sequence(FRAMES, head="a.")
    report = content(one, never, unpictured={one.picture_key(1001): told})
    page = Reader(render(report))
    assert told in page.text
    assert page.text.count("cannot be shown") == 1
    assert len(page.of("figcaption")) == len(picture_frames(one))


def test_sequences_with_findings_are_first_in_line_for_pictures(
    sequence: Make, content: Report
) -> None:
    fine = sequence(FRAMES, head="a.")
    bad = broken(sequence, head="z.")
    wanted = list(wanted_pictures(content(fine, bad, findings=(lost(bad),))))
    assert str(wanted[0][1]).endswith("z.1001.exr")


def test_gaps_are_drawn_with_words_for_those_who_do_not_see_them(
    sequence: Make, content: Report
) -> None:
    one = broken(sequence)
    html = render(content(one, findings=(lost(one),)))
    page = Reader(html)
    assert "1005: missing" in page.text
    labels = [svg.get("aria-label") or "" for svg in page.of("svg") if svg.get("role") == "img"]
    assert "9 frames on disk; missing 1005" in labels


def test_subframes_are_written_as_in_their_names(sequence: Make, content: Report) -> None:
    one = sequence(FrameSet.of([100100, 100125]), subframe_digits=2)
    text = Reader(render(content(one))).text
    assert "1001.00" in text
    assert "1001.25" in text


def test_disk_limits_say_how_much_of_what(content: Report) -> None:
    gauge = Gauge("demo", 2048, 4096, 1024, 3072, Severity.WARNING)
    text = Reader(render(content(gauges=(gauge,)))).text
    assert "2.0 KB of 4.0 KB · warning from 1.0 KB · critical from 3.0 KB" in text


def test_what_was_left_out_is_counted(content: Report) -> None:
    text = Reader(render(content(totals=ScanTotals(hidden=2, temporary=1, special=3)))).text
    for words in ("2 hidden files", "1 temporary file", "3 special files"):
        assert words in text


def test_tiles_and_single_files_have_no_gaps_to_show(sequence: Make, content: Report) -> None:
    tiles = sequence(FrameSet.of([1001, 1011]), kind=Kind.TILES, head="skin.")
    single = sequence(kind=Kind.FILE, head="scene.nk")
    text = Reader(render(content(tiles, single))).text
    assert "2 tiles" in text
    assert "1 single file not listed" in text


def test_notes_alone_do_not_make_a_sequence_faulty(sequence: Make, content: Report) -> None:
    one = sequence(FRAMES)
    text = Reader(render(content(one, findings=(lost(one, Severity.NOTE),)))).text
    assert "Nothing wrong was found" in text
    assert "Notes on 1 subject" in text


def test_the_same_content_makes_the_same_page(sequence: Make, content: Report) -> None:
    one = broken(sequence)
    report = content(one, findings=(lost(one),))
    assert render(report) == render(replace(report))


def test_the_report_is_written_as_it_was_rendered(
    content: Report, sequence: Make, tmp_path: Path
) -> None:
    report = content(sequence(FRAMES, head="プレート\udcff."))
    write_report(tmp_path / "report.html", report)
    assert (tmp_path / "report.html").read_text("utf-8") == render(report)
