"""Scans become one report: names told apart by root, use as a tree, pictures found again."""

from __future__ import annotations

from datetime import UTC, datetime

from rushes.model.finding import Finding, Severity
from rushes.model.scan import ScanTotals
from rushes.report.assemble import Scanned, assembled, pictures
from rushes.report.render import render
from rushes.scan.gaps import judge, nothing_known
from rushes.scan.layout import Layout
from rushes.scan.roots import Root
from rushes.scan.survey import Survey
from rushes.scan.thresholds import Fill, Fullness, Limit
from rushes.scan.usage import Usage
from rushes.testing.found import found_folder

FINDING = Finding("frames.missing", Severity.ERROR, "demo/sq010/sh0010/comp/a.%04d.exr", "gone")


def scanned(mount: str = "/mnt/shows", *, fills: tuple[Fill, ...] = ()) -> Scanned:
    usage = Usage(Layout(["{show}/{sequence}/{shot}/{task}"]))
    folders = [found_folder("demo/sq010/sh0010/comp", "a."), found_folder("demo/sq010", "b.")]
    for folder in folders:
        usage.take(folder)
    totals = ScanTotals(folders=2, files=4, sequences=2, errors=1)
    when = datetime(2026, 11, 21, tzinfo=UTC)
    survey = Survey(Root(mount), when, 1.5, totals, (FINDING,), None)
    judged = [(folder, list(judge(folder, nothing_known))) for folder in folders]
    return Scanned(survey, judged, usage, fills)


def test_one_scan_keeps_its_names() -> None:
    content = assembled([scanned()])
    assert [one.subject for one in content.sequences] == [
        "demo/sq010/sh0010/comp/a.%04d.exr",
        "demo/sq010/b.%04d.exr",
    ]
    assert content.sequences[0].place == ("demo", "sq010", "sh0010", "comp")
    assert content.findings == (FINDING,)
    assert (content.title, content.roots) == ("shows", ("/mnt/shows",))


def test_several_scans_are_told_apart_by_their_roots() -> None:
    content = assembled([scanned("/a/shows"), scanned("/b/shows")])
    assert {one.root for one in content.sequences} == {"shows", "shows-2"}
    subjects = {one.subject for one in content.sequences}
    assert {one.subject for one in content.findings} <= subjects
    assert content.totals.sequences == 4
    assert content.usage is not None
    assert [one.name for one in content.usage.children] == ["shows", "shows"]


def test_pictures_lie_where_their_keys_say() -> None:
    scans = [scanned("/a/shows"), scanned("/b/shows")]
    found = pictures(assembled(scans), scans)
    for key, path in found.items():
        assert str(path).endswith(f"/shows/{key.partition('/')[2]}")
    assert {key.split("/")[0]: path.parts[1] for key, path in found.items()} == {
        "shows": "a",
        "shows-2": "b",
    }


def test_use_is_a_tree_of_the_studios_work() -> None:
    top = assembled([scanned()]).usage
    assert top is not None
    (show,) = top.children
    (sequence,) = show.children
    (shot,) = sequence.children
    assert [(one.kind, one.name) for one in (show, sequence, shot, shot.children[0])] == [
        ("show", "demo"),
        ("sequence", "sq010"),
        ("shot", "sh0010"),
        ("task", "comp"),
    ]
    assert top.size == show.size > shot.size


def test_only_what_is_too_full_and_file_systems_get_a_gauge() -> None:
    fine = Fill("shot", "demo/sh1", 1, Limit(10), Fullness.OK)
    over = Fill("shot", "demo/sh2", 11, Limit(10), Fullness.WARN)
    room = Fill("file system", ".", 5, Limit(90, 97), Fullness.OK, of=100)
    content = assembled([scanned(fills=(fine, over, room))])
    assert [(one.label, one.severity) for one in content.gauges] == [
        ("shot demo/sh2", Severity.WARNING),
        ("file system", None),
    ]
    assert "demo/sh2" in render(content)
