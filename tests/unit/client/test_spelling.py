"""What travels is what was meant: conditions, frames, paths, and batches of any size."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.client.lists import LARGEST, portions, text_size
from rushes.client.records import HttpRecords
from rushes.client.spelling.conditions import condition_text
from rushes.client.spelling.scans import found_of
from rushes.client.spelling.texts import folder_of, frames_of, frames_text
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.where import condition
from rushes.model.files import FoundFolder
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.image_query import FIELDS, All, Comparison, Condition, Kind, Not
from rushes.model.image_query import Any as Either
from rushes.model.scan import ScanTotals
from rushes.ports.progress import Silent
from rushes.testing.found import ACTOR, found

_FIELDS = [*((name, kind) for name, (kind, _) in FIELDS.items()), ("attr.a b'\\", Kind.ATTRIBUTE)]
_NUMBERS = st.floats(allow_nan=False).map(float)
_VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.NUMBER: _NUMBERS,
    Kind.TEXT: st.text(),
    Kind.WORDS: st.text(),
    Kind.TRUTH: st.booleans(),
    Kind.TIME: st.just("2026-11-21T00:00:00+00:00"),
    Kind.ATTRIBUTE: st.one_of(_NUMBERS, st.text()),
}


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    field, kind = draw(st.sampled_from(_FIELDS))
    operator = ">" if kind is Kind.TIME else "="
    return Comparison(field, kind, operator, draw(_VALUES[kind]))


def _combined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(inner.map(Not), several.map(All), several.map(Either))


@given(st.recursive(comparisons(), _combined, max_leaves=8))
def test_a_condition_is_read_again_as_the_very_same_tree(one: Condition) -> None:
    assert condition(condition_text(one)) == one


def test_the_deepest_condition_that_can_be_written_can_be_sent() -> None:
    deepest = condition("not " * 49 + "deep")
    assert condition(condition_text(deepest)) == deepest
    nested = condition("(" * 25 + "deep" + " or tiled)" * 25)
    assert condition(condition_text(nested)) == nested


@given(st.frozensets(st.integers(-1000, 1000)))
def test_frames_come_back_run_by_run(frames: frozenset[int]) -> None:
    made = FrameSet.of(frames)
    assert frames_of(frames_text(made)) == made


@pytest.mark.parametrize("text", ["1,", "5-1", "1-9,4", "1-9x0", "1..9", " 1", "9" * 19, "-"])
def test_frames_that_nobody_writes_are_refused(text: str) -> None:
    with pytest.raises(RushesError) as refused:
        frames_of(text)
    assert refused.value.code is Code.FIELD_INVALID


def test_frames_that_descend_below_zero_are_read() -> None:
    runs = (FrameRange(-5, -1), FrameRange(3, 9, 2))
    assert frames_of("-5--1,3-9x2") == FrameSet(runs)


@given(st.binary(min_size=1, max_size=20).filter(lambda name: not {0, 47} & set(name)))
def test_folders_of_any_bytes_come_back(name: bytes) -> None:
    path = PurePosixPath(name.decode("utf-8", "surrogateescape"))
    if path.name not in ("", "..", "."):
        assert folder_of(escape(str(path))) == path


@given(st.text())
def test_a_text_is_never_larger_than_it_was_counted(text: str) -> None:
    sent = json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert len(sent) - 2 <= text_size(text)


@given(st.lists(st.integers(0, 100)), st.integers(1, 150), st.integers(1, 5))
def test_portions_hold_everything_in_order(sizes: list[int], largest: int, most: int) -> None:
    made = list(portions(sizes, lambda one: one, largest=largest, most=most))
    assert [one for some in made for one in some] == sizes
    assert all(len(some) <= most for some in made)
    assert all(sum(some) <= largest or len(some) == 1 for some in made)


class _Told:
    """A way to a server that takes everything, and fails as often as it is told to."""

    def __init__(self, *answers: Any) -> None:
        self.sent: list[Any] = []
        self._answers = list(answers)

    def send(self, method: str, path: str, body: Any, **_: Any) -> Any:
        self.sent.append(body)
        answer = self._answers.pop(0) if self._answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get(self, path: str) -> Any:
        return {}


def test_a_folder_that_is_larger_than_a_request_is_sent_in_pieces() -> None:
    sequences = tuple(found("a", f"{number:06d}\udcff\\.") for number in range(40_000))
    folder = FoundFolder(PurePosixPath("a"), sequences)
    way: Any = _Told()
    HttpRecords(way).add_folders(7, [folder, FoundFolder(PurePosixPath("b"))], actor=ACTOR)
    bodies = [json.dumps(body, ensure_ascii=False).encode() for body in way.sent]
    assert len(bodies) > 1
    assert max(map(len, bodies)) < LARGEST
    rows = [row for body in way.sent for row in body]
    assert rows[-1]["folder"] == "b"
    assert sequences == tuple(
        found_of(PurePosixPath("a"), one) for row in rows for one in row["sequences"]
    )


def test_a_scan_that_takes_long_to_finish_is_waited_for() -> None:
    late = RushesError(Code.SERVER_UNAVAILABLE, "It did not answer within 30 s.")
    busy = RushesError(Code.DATABASE_UNAVAILABLE, "Somebody is at it.")
    row = {
        "id": 7, "root": {"name": "a", "mount": "/a"}, "below": ".", "state": "finished",
        "started": "2026-11-21T00:00:00Z", "finished": None, "totals": {}, "added": 1,
        "removed": 0, "changed": 0, "actor": {"name": "a", "on_behalf_of": "", "tool": ""},
    }  # fmt: skip
    way: Any = _Told(late, busy, row)
    ended = HttpRecords(way).finish_scan(7, ScanTotals(), actor=ACTOR, progress=Silent())
    assert (ended.added, len(way.sent)) == (1, 3)
    impatient = HttpRecords(_Told(late, busy, row), patience_s=-1.0)  # type: ignore[arg-type]
    with pytest.raises(RushesError) as raised:
        impatient.finish_scan(7, ScanTotals(), actor=ACTOR, progress=Silent())
    assert raised.value is late
