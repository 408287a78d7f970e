"""Rules about pixels: judged by numbers, and told where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.model.finding import Severity
from rushes.model.pixels import ChannelStats, PartStats, PixelStats, PixelType
from rushes.policy.facts import Measured, measured
from rushes.policy.judging import NOT_MEASURED, State, judge


def numbers(channel: str, low: float, high: float, *, part: int = 0, **counts: int) -> Measured:
    return Measured(part, channel, "HALF", 5000, low, high, (low + high) / 2, **counts)


def picture(**odd: Any) -> list[Measured]:
    return [numbers(name, 0.1, 0.9, **odd) for name in "BGR"]


SOUND = picture()


@pytest.mark.parametrize(
    ("text", "bad", "told"),
    [
        ("max_nan=0", picture(nan=3), "Values are not a number: B 3, G 3, R 3."),
        (
            "max_infinity=1",
            picture(positive_infinity=1, negative_infinity=1),
            "Values are infinite: B 2, G 2, R 2.",
        ),
        ("max_negative=0", picture(negative=1000), "Values are negative: B 1,000, G 1,000,"),
        ("min=0", [*SOUND[:2], numbers("R", -0.5, 1)], "Values are below 0: R -0.5."),
        (
            "channels='R'\nmax=1",
            [*SOUND[:2], numbers("R", 0, 1.5)],
            "Values are above 1: R 1.5.",
        ),
        (
            "not_black=true",
            [numbers(name, 0, 0, zero=5000) for name in "BGR"],
            "The picture is black.",
        ),
        (
            "not_flat=true",
            [numbers(name, 0.5, 0.5) for name in "BGR"],
            "The picture is flat: B 0.5, G 0.5, R 0.5.",
        ),
        (
            "not_clipped=[1.0, 65504]",
            [*SOUND[:2], numbers("R", 0, 65504)],
            "The picture seems to be clipped: R 65504.",
        ),
    ],
)
def test_a_rule_about_pixels_passes_and_fails(
    facts: Any, outcome: Any, messages: Any, text: str, bad: list[Measured], told: str
) -> None:
    rule = f"check='pixels'\n{text}"
    assert outcome(rule, facts(stats=SOUND)).state is State.PASSED
    failed = outcome(rule, facts(stats=bad))
    assert failed.state is State.FAILED
    (message,) = messages(failed)
    assert message.startswith(told)


def test_one_black_channel_is_no_black_picture(facts: Any, outcome: Any) -> None:
    some = [numbers("B", 0, 0, zero=5000), *SOUND[1:]]
    assert outcome("check='pixels'\nnot_black=true", facts(stats=some)).state is State.PASSED


def test_a_channel_of_nothing_but_nan_breaks_no_range(facts: Any, outcome: Any) -> None:
    none = [Measured(0, name, "HALF", 10, None, None, None, nan=10) for name in "BGR"]
    assert outcome("check='pixels'\nmin=0\nmax=1", facts(stats=none)).state is State.PASSED
    assert outcome("check='pixels'\nmax_nan=0", facts(stats=none)).state is State.FAILED


def test_pixels_that_nobody_measured_never_pass_in_silence(facts: Any, policy: Any) -> None:
    verdict = judge(policy("check='pixels'\nmax_nan=0"), facts())
    assert [one.state for one in verdict.outcomes] == [State.NOT_MEASURED]
    (finding,) = verdict.findings
    assert (finding.rule, finding.severity) == (NOT_MEASURED, Severity.WARNING)
    assert "p.r" in finding.message
    assert not verdict.failed


@pytest.mark.parametrize("stats", [[], SOUND[:2], [*SOUND[:2], numbers("R", 0, 1, part=1)]])
def test_a_channel_left_out_of_the_numbers_is_not_measured(
    facts: Any, outcome: Any, stats: list[Measured]
) -> None:
    assert outcome("check='pixels'\nmax_nan=0", facts(stats=stats)).state is State.NOT_MEASURED


def test_what_was_measured_and_is_wrong_fails_whatever_is_missing(facts: Any, outcome: Any) -> None:
    some = [numbers("R", 0, 1, nan=1)]
    assert outcome("check='pixels'\nmax_nan=0", facts(stats=some)).state is State.FAILED


def test_a_part_of_the_pixels_proves_wrong_and_never_right(facts: Any, outcome: Any) -> None:
    some = [one._replace(whole=False, zero=one.pixels) for one in SOUND]
    rule = "check='pixels'\nmax_nan=0\nnot_black=true"
    assert outcome(rule, facts(stats=some)).state is State.NOT_MEASURED
    wrong = [one._replace(nan=1) for one in some]
    assert outcome(rule, facts(stats=wrong)).state is State.FAILED


def test_statistics_of_a_file_are_what_rules_need() -> None:
    channel = ChannelStats("R", PixelType.HALF, count=10, nan=2, zero=3, min=0, max=1, mean=0.5)
    parts = (
        PartStats(0, channels=(channel,), bands_read=4, bands_there=4),
        PartStats(1, channels=(channel,), bands_read=1, bands_there=4),
        PartStats(2, left_out="It is damaged."),
    )
    first, second = measured(PixelStats("plate.1001.exr", parts))
    assert first == Measured(0, "R", "HALF", 10, 0, 1, 0.5, nan=2, zero=3)
    assert (second.part, second.whole) == (1, False)


def test_a_picture_without_such_a_channel_is_not_judged(facts: Any, outcome: Any) -> None:
    rule = "check='pixels'\nchannels='A'\nmax=1"
    assert outcome(rule, facts(stats=SOUND)).state is State.NOT_APPLICABLE
    assert outcome(rule, facts()).state is State.NOT_APPLICABLE
