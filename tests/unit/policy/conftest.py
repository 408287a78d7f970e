"""Rules of one line and images that were never written, to be held against each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rushes.policy.facts import Facts, Measured
from rushes.policy.judging import Outcome, SequenceJudge, judge_rule
from rushes.policy.policy import Policy
from rushes.policy.reading import parse_policy
from rushes.testing.media.images import Given, image


def made_policy(text: str) -> Policy:
    """A policy called `p` with one rule, which is called `r`."""
    return parse_policy(f'name = "p"\nversion = "1"\ndescription = "d"\n[rules.r]\n{text}\n')


def made_facts(
    *parts: Given,
    name: str = "shots/plate.1001.exr",
    size: int = 1000,
    stats: list[Measured] | None = None,
) -> Facts:
    return Facts(name, size, image(*parts), stats)


@pytest.fixture
def facts() -> Callable[..., Facts]:
    """What is known of an image of the given parts."""
    return made_facts


@pytest.fixture
def policy() -> Callable[[str], Policy]:
    """A policy with one rule."""
    return made_policy


@pytest.fixture
def outcome() -> Callable[[str, Facts], Outcome]:
    """What a rule makes of a file."""
    return lambda text, given: judge_rule(made_policy(text).rules[0], given)


@pytest.fixture
def drifted() -> Callable[..., Outcome]:
    """What a rule for sequences makes of frames, the first of which is 1001."""

    def told(text: str, *frames: Facts) -> Outcome:
        judging = SequenceJudge(made_policy(text))
        for frame, one in enumerate(frames, start=1001):
            judging.take(one, frame)
        (found,) = judging.end("plate.%04d.exr")
        return found

    return told


@pytest.fixture
def messages() -> Callable[[Outcome], list[str]]:
    """What an outcome says."""
    return lambda given: [one.message for one in given.findings]
