"""Grouping loses no file and invents none, whatever the names."""

from pathlib import PurePosixPath
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rushes.frames.group import Group, Rules, group
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet

_FRAGMENTS = (
    *("a", "sh", "v", "_v", "V", "plate", "left", "r", "udim", "diffuse", "é", "\udcff", "\n"),
    *(".", "_", "-", "_-", ".-", " ", "..", "x", "t"),
    *("0", "1", "2", "9", "10", "01", "001", "099", "100", "0099", "0100", "9999", "10000"),
    *("1001", "1002", "1003", "1011", "1012", "20240115", "2024-01-16", "1700000000", "5000000"),
    *(".exr", ".jp2", ".mp4", ".tmp", "~", ".bgeo.sc", ".25", ".50"),
)
_name = st.lists(st.sampled_from(_FRAGMENTS), min_size=1, max_size=6).map("".join)


_HEADS = ("", "f.", "sh010_v002.", "diffuse.", "x_left_", "x_right_", "v", "a-", "f_-", "é\udcff")
_TAILS = ("", ".exr", ".jp2", "_t1.exr", ".25.vdb", ".tx", "_2048.exr", "_v001.dpx", ".tmp", ".ma")
_numbers = st.one_of(
    st.integers(0, 30),
    st.integers(95, 105),
    st.sampled_from((1001, 1002, 1011, 1012, 9998, 9999, 10000, 10001, 20240115, 99999999)),
)


@st.composite
def _family(draw: st.DrawFn) -> set[str]:
    """Names that differ in one number, or two, each padded or not, perhaps signed."""
    head, tail = draw(st.sampled_from(_HEADS)), draw(st.sampled_from(_TAILS))
    between = draw(st.sampled_from((None, None, ".", "_t", "_")))
    paddings = draw(st.sampled_from(((1,), (4,), (1, 2), (3, 4), (2,))))
    sign = draw(st.sampled_from(("", "", "-")))
    names = set()
    for number in draw(st.lists(_numbers, max_size=15)):
        second = f"{between}{draw(st.integers(0, 3)):02d}" if between else ""
        names.add(f"{head}{sign}{number:0{draw(st.sampled_from(paddings))}d}{second}{tail}")
    return names


@st.composite
def _folders(draw: st.DrawFn) -> list[str]:
    """The names of one folder: families, and anything else."""
    names = set(draw(st.lists(_name, max_size=4)))
    for family in draw(st.lists(_family(), max_size=4)):
        names |= family
    return draw(st.permutations(sorted(names)))


_rules = st.builds(
    Rules,
    subframes=st.booleans(),
    temporary=st.sampled_from((Rules().temporary, (), ("*1*", "a[0-5]*"), ("*.25",))),
    max_missing=st.sampled_from((5, 10_000)),
    max_sparsity=st.sampled_from((1, 50)),
)


def names_of(one: Group) -> list[str]:
    """The names a group stands for, made from its head, frames and tail."""
    sequence = FileSequence(
        PurePosixPath("."),
        one.head,
        one.tail,
        one.padding,
        one.frames,
        one.kind,
        one.subframe_digits,
    )
    return [sequence.head] if one.kind is Kind.FILE else [sequence.name(f) for f in one.frames]


@settings(max_examples=400, deadline=None)
@given(_folders(), _rules)
@example(["f.-0000.exr", "f.-0001.exr", "f.0000.exr"], Rules())
@example(["v1001.1001.exr", "v1002.1001.exr", "v1002.1002.exr"], Rules())
def test_grouping_loses_no_file_and_invents_none(names: list[str], rules: Rules) -> None:
    found = group(names, rules)
    told = [names[at] for at in (*found.hidden, *found.temporary)]
    for one in found.groups:
        rebuilt = names_of(one)
        members = range(len(names)) if one.members is None else one.members
        assert sorted(rebuilt) == sorted(names[at] for at in members)
        told += rebuilt
    assert sorted(told) == sorted(names)


@settings(max_examples=200, deadline=None)
@given(_folders(), _rules)
def test_no_two_groups_go_by_one_name(names: list[str], rules: Rules) -> None:
    keys = [
        (one.head, one.tail, one.padding, one.subframe_digits, one.kind)
        for one in group(names, rules).groups
    ]
    assert len(keys) == len(set(keys))


@settings(deadline=None)
@given(_folders(), _rules, st.randoms(use_true_random=False))
def test_the_order_of_a_listing_makes_no_difference(
    names: list[str], rules: Rules, random: Random
) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)
    assert _as_text(names, rules) == _as_text(shuffled, rules)


def _as_text(names: list[str], rules: Rules) -> list[str]:
    found = group(names, rules)
    return sorted(
        [
            *(
                f"{one.head!r} {one.tail!r} {one.padding} {one.kind} {one.frames.runs}"
                for one in found.groups
            ),
            *(f"{one.rule} {one.subject!r} {one.message!r}" for one in found.findings),
            *(f"hidden {names[at]!r}" for at in found.hidden),
            *(f"temporary {names[at]!r}" for at in found.temporary),
        ]
    )


@settings(deadline=None)
@given(st.lists(_name, max_size=20, unique=True))
def test_single_files_have_no_frames(names: list[str]) -> None:
    for one in group(names, Rules()).groups:
        assert (one.kind is Kind.FILE) == (one.frames == FrameSet())
