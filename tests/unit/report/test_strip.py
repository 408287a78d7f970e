from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from rushes.model.files import Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.report.content import ReportedSequence
from rushes.report.strip import State, strip_of

Make = Callable[..., ReportedSequence]
shares_a_fixture = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def spans(one: ReportedSequence, most: int = 240) -> list[tuple[State, int, int]]:
    strip = strip_of(one, most=most)
    assert strip is not None
    return [(span.state, span.first, span.last) for span in strip.spans]


def test_a_gap_is_a_span_of_its_own(sequence: Make) -> None:
    gap = FrameSet((FrameRange(1034, 1036),))
    frames = FrameSet((FrameRange(1001, 1033), FrameRange(1037, 1100)))
    assert spans(sequence(frames, missing=gap)) == [
        (State.PRESENT, 1001, 1033),
        (State.MISSING, 1034, 1036),
        (State.PRESENT, 1037, 1100),
    ]


def test_missing_empty_short_and_extra_are_all_told_apart(sequence: Make) -> None:
    one = sequence(
        FrameSet((FrameRange(1, 8),)),
        missing=FrameSet.of([9]),
        empty=FrameSet.of([3]),
        short=FrameSet.of([5]),
        extra=FrameSet.of([1]),
    )
    assert [state for state, _, _ in spans(one)] == [
        State.EXTRA,
        State.PRESENT,
        State.EMPTY,
        State.PRESENT,
        State.SHORT,
        State.PRESENT,
        State.MISSING,
    ]


def test_one_lost_frame_among_a_hundred_thousand_is_seen(sequence: Make) -> None:
    lost = FrameSet.of([77_777])
    frames = FrameSet((FrameRange(1, 77_776), FrameRange(77_778, 100_000)))
    strip = strip_of(sequence(frames, missing=lost))
    assert strip is not None
    assert strip.cells <= 240
    (gap,) = [span for span in strip.spans if span.state is State.MISSING]
    assert gap.cells == 1
    assert gap.frames == 1
    assert gap.first <= 77_777 <= gap.last


def test_a_sequence_on_every_second_frame_has_no_holes_by_design(sequence: Make) -> None:
    one = sequence(FrameSet((FrameRange(1001, 1099, 2),)))
    assert spans(one) == [(State.PRESENT, 1001, 1099)]


def test_a_range_of_millions_costs_no_more_than_its_runs(sequence: Make) -> None:
    one = sequence(FrameSet.of([1]), missing=FrameSet((FrameRange(2, 10**12),)))
    strip = strip_of(one)
    assert strip is not None
    assert {span.state for span in strip.spans} == {State.MISSING}


def test_tiles_single_files_and_empty_sequences_have_no_strip(sequence: Make) -> None:
    assert strip_of(sequence(FrameSet.of([1001, 1011]), kind=Kind.TILES)) is None
    assert strip_of(sequence(kind=Kind.FILE)) is None
    assert strip_of(sequence()) is None


@shares_a_fixture
@given(
    present=some.sets(some.integers(-300, 900), max_size=300),
    missing=some.sets(some.integers(-300, 900), max_size=300),
    empty=some.sets(some.integers(-300, 900), max_size=40),
    most=some.integers(1, 400),
)
def test_spans_cover_every_frame_once_and_no_gap_hides(
    sequence: Make, present: set[int], missing: set[int], empty: set[int], most: int
) -> None:
    missing -= present
    empty &= present
    one = sequence(FrameSet.of(present), missing=FrameSet.of(missing), empty=FrameSet.of(empty))
    strip = strip_of(one, most=most)
    if not present | missing:
        assert strip is None
        return
    assert strip is not None
    assert strip.cells <= most
    assert [span.at for span in strip.spans][:1] == [0]
    assert sum(span.cells for span in strip.spans) == strip.cells
    at = 0
    for span in strip.spans:
        assert span.at == at
        at += span.cells
    for frame in missing:
        (span,) = [span for span in strip.spans if span.first <= frame <= span.last]
        assert span.state is State.MISSING
    shown = sum(span.frames for span in strip.spans if span.state is State.MISSING)
    assert shown == len(missing)
    for frame in empty:
        (span,) = [span for span in strip.spans if span.first <= frame <= span.last]
        assert span.state >= State.EMPTY
