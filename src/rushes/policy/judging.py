"""Facts held against a policy: one outcome per rule, with its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rushes.inspection.media.facts import MediaFacts
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.model.image import Part
from rushes.policy.checks.check import (
    FileCheck,
    FramesCheck,
    MediaCheck,
    NameCheck,
    PartCheck,
    PixelCheck,
    Problem,
    Problems,
    SequenceCheck,
)
from rushes.policy.checks.check import Watch as Watching
from rushes.policy.facts import Facts, FrameFacts, Measured, NamedFile
from rushes.policy.policy import Policy, Rule

NOT_MEASURED = "policy.not_measured"
UNREAD = "not all of the pixels"  # what a finding of that rule found where they were asked for


class _Unmeasured(NamedTuple):
    """What is told of rules that need something nobody measured."""

    why: str
    found: str
    wanted: str
    fix: str


_LEAVE_OUT = "or leave these rules out of the policy."
_UNMEASURED = {
    "pixels": _Unmeasured(
        "the pixels were not measured",
        "no pixel statistics",
        "pixel statistics",
        f"Measure the pixels, {_LEAVE_OUT}",
    ),
    "readable pixels": _Unmeasured(
        "not all of the pixels could be read",
        UNREAD,
        "all of the pixels",
        f"Mend the file, or make it anew, {_LEAVE_OUT}",
    ),
    "loudness": _Unmeasured(
        "the loudness was not measured",
        "no loudness",
        "the loudness of all sound",
        f"Have the sound measured, {_LEAVE_OUT}",
    ),
    "media": _Unmeasured(
        "they are about movies and sound, and this is an image",
        "an image",
        "a movie or sound",
        "Have `rushes qc crawl` judge movies and sound.",
    ),
    "frames": _Unmeasured(
        "nobody looked which frames there are",
        "no list of frames",
        "a look at the storage",
        f"Have `rushes qc crawl` judge them, {_LEAVE_OUT}",
    ),
}


class State(StrEnum):
    """What became of a rule."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rule. `frames` go with the findings, where they are of a sequence."""

    rule: Rule
    state: State
    findings: tuple[Finding, ...] = ()
    frames: tuple[FrameSet, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one policy makes of one file, rule by rule; those for sequences are not among them.

    `tried` says that pixels were read as far as they can be: what is missing cannot be had.
    """

    policy: Policy
    subject: str
    outcomes: tuple[Outcome, ...]
    tried: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings; what could not be judged is one of them, never nothing."""
        found = [one for outcome in self.outcomes for one in outcome.findings]
        unmeasured: dict[str, list[str]] = {}
        for one in self.outcomes:
            if one.state is State.NOT_MEASURED:
                needs = one.rule.check.needs
                key = "readable pixels" if self.tried and needs == "pixels" else needs
                unmeasured.setdefault(key, []).append(one.rule.id)
        found += [not_measured(self.subject, rules, needs) for needs, rules in unmeasured.items()]
        return tuple(found)

    @property
    def applies(self) -> bool:
        """Whether any rule was for it."""
        return any(one.state is not State.NOT_APPLICABLE for one in self.outcomes)

    @property
    def failed(self) -> bool:
        """Whether there is an error among the findings."""
        return any(one.severity is Severity.ERROR for one in self.findings)


def judge(policy: Policy, facts: Facts) -> Verdict:
    """Hold one file against all rules of a policy but those for sequences."""
    return Verdict(
        policy,
        facts.subject,
        tuple(
            judge_rule(rule, facts)
            for rule in policy.rules
            if not isinstance(rule.check, SequenceCheck)
        ),
        tried=facts.stats is not None,
    )


def judge_rule(rule: Rule, facts: Facts) -> Outcome:
    """Hold one file against one rule that is not for sequences."""
    parts = rule.parts(facts)
    if not parts or isinstance(rule.check, (MediaCheck, FramesCheck)):
        return Outcome(rule, State.NOT_APPLICABLE)
    applied = False
    found: dict[Problem, list[Part | None]] = {}
    for part, problems in _looks(rule, facts, parts):
        applied |= problems is not None
        for one in problems or ():
            found.setdefault(one, []).append(part)
    if not found and isinstance(rule.check, PixelCheck):
        stats = facts.stats or ()
        if any(rule.check.unmeasured(part, _of(stats, part)) for part in parts):
            return Outcome(rule, State.NOT_MEASURED)
    if not applied:
        return Outcome(rule, State.NOT_APPLICABLE)
    told = tuple(
        _finding(rule, facts.subject, _where(facts, where), one) for one, where in found.items()
    )
    return Outcome(rule, State.FAILED if told else State.PASSED, told)


def judge_media(policy: Policy, facts: MediaFacts) -> Verdict:
    """Hold a movie or sound against all rules of a policy; those about images are not for it."""

    def one(rule: Rule) -> Outcome:
        check = rule.check
        if isinstance(check, NameCheck):
            return _whole(rule, facts.subject, check.judge(facts))
        if not isinstance(check, MediaCheck):
            return Outcome(rule, State.NOT_APPLICABLE)
        told = _whole(rule, facts.subject, check.judge(facts))
        unmeasured = told.state is State.PASSED and check.unmeasured(facts)
        return Outcome(rule, State.NOT_MEASURED) if unmeasured else told

    return _verdict(policy, facts.subject, facts.name, one)


def judge_named(policy: Policy, file: NamedFile) -> Verdict:
    """Hold a file that nothing looks into against the rules about names and sizes."""

    def one(rule: Rule) -> Outcome:
        check = rule.check
        told = check.judge(file) if isinstance(check, NameCheck) else None
        return _whole(rule, file.subject, told)

    return _verdict(policy, file.subject, file.name, one)


def judge_frames(policy: Policy, facts: FrameFacts) -> Verdict:
    """Hold the frames that there are of a sequence against the rules about them."""

    def one(rule: Rule) -> Outcome:
        check = rule.check
        told = check.judge(facts) if isinstance(check, FramesCheck) else None
        return _whole(rule, facts.subject, told)

    return _verdict(policy, facts.subject, facts.name, one)


def _verdict(policy: Policy, subject: str, name: str, judged: Callable[[Rule], Outcome]) -> Verdict:
    outcomes = (
        judged(rule) if rule.of_file(name) else Outcome(rule, State.NOT_APPLICABLE)
        for rule in policy.rules
    )
    return Verdict(policy, subject, tuple(outcomes))


def _whole(rule: Rule, subject: str, problems: Problems | None) -> Outcome:
    """What became of a rule about something that has no parts."""
    if problems is None:
        return Outcome(rule, State.NOT_APPLICABLE)
    told = tuple(_finding(rule, subject, "", one) for one in problems)
    return Outcome(rule, State.FAILED if told else State.PASSED, told)


def not_measured(subject: str, rules: Iterable[str], needs: str) -> Finding:
    """The finding for rules that need what nobody measured: pixels, loudness or frames."""
    told = _UNMEASURED[needs]
    return Finding(
        NOT_MEASURED,
        Severity.WARNING,
        subject,
        f"Not judged, because {told.why}: {', '.join(rules)}.",
        found=told.found,
        wanted=told.wanted,
        fix=told.fix,
    )


class SequenceJudge:
    """A policy's rules for sequences, and what they remember of one while its frames go by."""

    def __init__(self, policy: Policy) -> None:
        self._watches: list[tuple[Rule, Watching]] = [
            (rule, rule.check.watch())
            for rule in policy.rules
            if isinstance(rule.check, SequenceCheck)
        ]

    def take(self, facts: Facts, frame: int) -> None:
        """Look at one more frame."""
        for rule, watch in self._watches:
            parts = rule.parts(facts)
            if parts:
                watch.take(facts, parts, frame)

    def join(self, later: SequenceJudge) -> None:
        """Take what another judge of the same policy saw of the frames after these.

        The other one is of no use afterwards.
        """
        for (_, watch), (_, other) in zip(self._watches, later._watches, strict=True):
            watch.join(other)

    def end(self, subject: str) -> Iterator[Outcome]:
        """What became of each rule; `subject` is the sequence's pattern, escaped."""
        for rule, watch in self._watches:
            told = watch.end()
            if told is None:
                yield Outcome(rule, State.NOT_APPLICABLE)
                continue
            found = [(_finding(rule, subject, "", one), frames) for one, frames in told]
            yield Outcome(
                rule,
                State.FAILED if found else State.PASSED,
                tuple(one for one, _ in found),
                tuple(frames for _, frames in found),
            )


def _looks(
    rule: Rule, facts: Facts, parts: Sequence[Part]
) -> Iterator[tuple[Part | None, Iterable[Problem] | None]]:
    """What a rule finds, part by part, or in the file as a whole."""
    check = rule.check
    if isinstance(check, NameCheck):
        yield None, check.judge(facts)
        return
    if isinstance(check, FileCheck):
        yield None, check.judge(facts, parts)
        return
    for part in parts:
        if isinstance(check, PartCheck):
            yield part, check.judge(part)
        elif isinstance(check, PixelCheck):
            yield part, check.judge(part, _of(facts.stats or (), part))


def _where(facts: Facts, parts: Sequence[Part | None]) -> str:
    return facts.where([one for one in parts if one is not None])


def _of(stats: Sequence[Measured], part: Part) -> list[Measured]:
    return [one for one in stats if one.part == part.index]


def _finding(rule: Rule, subject: str, where: str, problem: Problem) -> Finding:
    return Finding(
        rule.id,
        rule.severity,
        subject,
        f"{where}{problem.message}",
        found=problem.found,
        wanted=problem.wanted,
        fix=rule.fix or rule.check.fix,
    )
