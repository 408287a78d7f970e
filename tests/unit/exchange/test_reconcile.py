"""Three sides held against each other: all that differs is told, and nothing that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import RushesError
from rushes.exchange.reconcile import Reconciling
from rushes.exchange.reconcile_entry import Entry, Row, Side, SideTold, stream_of, version_of
from rushes.exchange.reconcile_fix import fix_of
from rushes.exchange.reconcile_judging import Group
from rushes.exchange.reconcile_matching import scored
from rushes.exchange.reconcile_rules import USUAL, MatchRules, Rule, read_rules
from rushes.exchange.reconcile_sorting import in_order
from rushes.model.frames import FrameRange, FrameSet

KEY = "sq010/sh0010/comp/v{0:03d}/sh0010_comp_v{0:03d}.%04d.exr"
TEN = FrameSet((FrameRange(1001, 1010),))
BOTH = frozenset((Side.DISK, Side.S3))


def entry(side: Side, version: int = 1, *, key: str = "", **fields: Any) -> Entry:
    key = key or KEY.format(version)
    usual = {"owner": "sq010/sh0010", "kind": "shot", "known": True, "frames": TEN}
    if side is Side.RECORDS:
        usual |= {"wanted": BOTH, "told": "publish 1"}
    return Entry(side, key, stream_of(key), version_of(key), **{**usual, **fields})


def found(*entries: Entry, **given: Any) -> list[Row]:
    told = given.pop("told", {one: SideTold(one) for one in Side})
    run = Reconciling([entries], told, given.pop("rules", USUAL), **given)
    return list(run.rows())


def kinds(rows: Iterable[Row]) -> list[str]:
    return [one.kind.value for one in rows]


def all_sides(version: int = 1, **fields: Any) -> list[Entry]:
    return [entry(side, version, **fields) for side in (Side.RECORDS, Side.DISK, Side.S3)]


def test_what_all_sides_have_alike_is_no_row() -> None:
    assert found(*all_sides()) == []


@pytest.mark.parametrize(
    ("lost", "kind"),
    [
        (Side.RECORDS, "missing_in_records"),
        (Side.DISK, "missing_on_disk"),
        (Side.S3, "missing_in_s3"),
    ],
)
def test_what_one_side_lacks_is_missing_there(lost: Side, kind: str) -> None:
    entries = [one for one in all_sides() if one.side is not lost]
    assert kinds(found(*entries)) == [kind]


@pytest.mark.parametrize("lost", [Side.RECORDS, Side.DISK, Side.S3])
@pytest.mark.parametrize("how", ["away", "folder", "not asked"])
def test_nothing_is_missing_on_a_side_that_was_not_read(lost: Side, how: str) -> None:
    told = {one: SideTold(one) for one in Side}
    told[lost].why = "it does not answer" if how == "away" else ""
    told[lost].unlisted = {"sq010/sh0010": None} if how == "folder" else {}
    told[lost].asked = how != "not asked"
    entries = [one for one in all_sides() if one.side is not lost]
    assert found(*entries, told=told) == []
    elsewhere = "sq020/sh0010/comp/v001/a_v001.mov"
    rest = [one for one in all_sides(key=elsewhere) if one.side is not lost]
    assert len(found(*rest, told=told)) == (how == "folder")


def test_what_belongs_to_nobody_is_an_orphan_and_a_file_without_a_version_is_passed() -> None:
    assert kinds(found(entry(Side.DISK, known=False))) == ["orphan"]
    assert found(entry(Side.DISK, key="sq010/sh0010/notes.txt")) == []


def test_the_side_that_has_an_earlier_version_only_is_behind() -> None:
    (row,) = found(*all_sides(1), *[one for one in all_sides(2) if one.side is not Side.S3])
    assert (row.kind.value, row.side, row.found, row.wanted) == (
        "version_behind", Side.S3, "v001", "v002",
    )  # fmt: skip
    # An older one that is gone is missing, for nobody is behind.
    (row,) = found(*all_sides(2), *[one for one in all_sides(1) if one.side is not Side.S3])
    assert row.kind.value == "missing_in_s3"
    # Versions are numbers.
    key = "sq010/sh0010/comp_v{}.mov"
    news = [one for one in all_sides(key=key.format(1000)) if one.side is not Side.S3]
    (row,) = found(*all_sides(key=key.format(999)), *news)
    assert (row.found, row.wanted) == ("v999", "v1000")


def test_frames_and_sizes_that_differ_are_told_with_the_side() -> None:
    nine = FrameSet((FrameRange(1001, 1009),))
    records, disk, s3 = all_sides()
    (row,) = found(records, disk._replace(frames=nine), s3)
    assert (row.kind.value, row.side) == ("frames_differ", Side.DISK)
    assert "1010" in row.message
    (row,) = found(records._replace(size=10), disk._replace(size=9), s3)
    assert row.kind.value == "size_differs"


def test_what_failed_is_missed_nowhere_and_is_no_stranger_either() -> None:
    failed = entry(Side.RECORDS, wanted=frozenset())
    assert found(failed) == []
    assert found(failed, entry(Side.DISK)) == []


def test_another_name_is_one_thing_and_says_why() -> None:
    other = KEY.format(1).replace("sh0010_comp", "SH0010-Comp")
    records, _, s3 = all_sides(size=1000)
    (row,) = found(records, s3, entry(Side.DISK, key=other, size=1000))
    assert (row.kind.value, row.found, row.wanted) == ("named_differently", other, records.key)
    assert any(one.startswith("name fuzzy: 1.00") for one in row.explain)
    # Another version, another ending or other bytes are another thing.
    for odd in (other.replace("v001", "v002"), other.replace(".exr", ".dpx")):
        assert "named_differently" not in kinds(found(records, s3, entry(Side.DISK, key=odd)))
    rows = found(
        *(one._replace(digests=("a",)) for one in (records, s3)),
        entry(Side.DISK, key=other, digests=("b",)),
    )
    assert "named_differently" not in kinds(rows)


def test_what_is_not_enough_alike_tells_what_came_nearest() -> None:
    rows = found(
        entry(Side.RECORDS, wanted=frozenset((Side.DISK,))),
        entry(Side.DISK, key="sq010/sh0010/x/v001/zz_v001.%04d.exr"),
        explain=True,
    )
    assert kinds(rows) == ["missing_on_disk", "missing_in_records"]
    assert all(one.explain[0].startswith("nearest: ") for one in rows)


def test_a_tracker_is_asked_for_what_is_on_record_and_its_silence_is_no_answer() -> None:
    asked: list[str] = []

    def ask(keys: Any) -> list[bool | None]:
        asked.extend(keys)
        return [False, None][: len(keys)]

    entries = [*all_sides(1), *all_sides(2), entry(Side.DISK, 3)]
    rows = found(*entries, tracker=ask)
    assert asked == [KEY.format(1), KEY.format(2)]
    assert kinds(rows).count("missing_in_tracker") == 1


@given(st.lists(st.integers()), st.integers(1, 7))
def test_streams_are_sorted_however_little_is_held(numbers: list[int], piece: int) -> None:
    assert list(in_order(iter(numbers), lambda one: one, piece=piece)) == sorted(numbers)


@given(st.lists(st.sets(st.sampled_from([Side.RECORDS, Side.DISK, Side.S3])), max_size=30))
def test_each_entry_that_a_side_lacks_is_told_once_whatever_the_pieces(
    there: list[set[Side]],
) -> None:
    entries, lacking = [], 0
    for at, sides in enumerate(there):
        key = f"sq010/sh{at:04d}/a{at}_v001.mov"
        entries += [entry(one, key=key, owner=f"sq010/sh{at:04d}") for one in sides]
        if Side.RECORDS in sides:
            lacking += 3 - len(sides)
        else:
            lacking += bool(sides)
    rows = found(*entries, piece=3)
    assert len(rows) == lacking


def test_every_row_has_a_plan() -> None:
    for one in all_sides():
        rest = [other for other in all_sides() if other.side is not one.side]
        for row in found(*rest):
            assert fix_of(row, disk="/shows/NV", s3="s3://b/NV")


def test_rules_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('threshold = 0.5\nexclude = ["*/work/*"]\n[[rule]]\nfield = "name"\n')
    made = read_rules(path)
    assert made == MatchRules((Rule("name", "exact", 1.0),), 0.5, (), ("*/work/*",))
    assert not made.looks_at("sq/sh/work/a.nk")


@pytest.mark.parametrize(
    "text",
    ["a = 1", "threshold = 2", "[[rule]]", '[[rule]]\nfield = "size"\nhow = "fuzzy"',
     '[[rule]]\nfield = "name"\nweight = "x"', "[rule]", 'rule = []', "[[", 'schema = "x/1"',
     '[[rule]]\nfield = "name"\nhow = "tolerance"'],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text)
    with pytest.raises(RushesError, match=r"rules\.toml"):
        read_rules(path)


def test_tolerance_counts_the_less_the_further_two_are_apart() -> None:
    rules = MatchRules((Rule("frames", "tolerance", 1, tolerance=0.5),))

    def score(last: int) -> float:
        other = entry(Side.DISK, frames=FrameSet((FrameRange(1001, last),)))
        sides = (entry(Side.RECORDS), other)
        one, two = (Group(each.key, {each.side: each}, frozenset()) for each in sides)
        return scored(rules, one, two)[0]

    assert score(1010) == 1
    assert 0.7 < score(1009) < 0.9
    assert score(1005) == 0


def test_handles_beyond_the_range_of_a_version_are_no_mistake() -> None:
    eight = FrameSet((FrameRange(1002, 1009),))
    _, disk, s3 = all_sides()
    assert found(entry(Side.RECORDS, frames=eight), disk, s3) == []
    assert kinds(found(entry(Side.RECORDS, frames=eight, files=8), disk, s3)) == ["frames_differ"]


def test_a_listing_that_broke_off_within_a_sequence_lacks_no_frames() -> None:
    nine = FrameSet((FrameRange(1001, 1009),))
    records, disk, s3 = all_sides(size=10)
    half = s3._replace(frames=nine, size=9)
    told = {one: SideTold(one) for one in Side}
    assert kinds(found(records, disk, half, told=told)) == ["frames_differ"]
    told[Side.S3].unlisted = {"": None}
    assert found(records, disk, half, told=told) == []
