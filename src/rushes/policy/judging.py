"""Facts held against a policy: one outcome per rule, with its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.model.image import Part
from rushes.policy.checks.check import FileCheck, PartCheck, PixelCheck, Problem, SequenceCheck
from rushes.policy.checks.check import Watch as Watching
from rushes.policy.facts import Facts, Measured
from rushes.policy.policy import Policy, Rule

NOT_MEASURED = "policy.not_measured"


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
    """What one policy makes of one file, rule by rule; those for sequences are not among them."""

    policy: Policy
    subject: str
    outcomes: tuple[Outcome, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings; what could not be judged is one of them, never nothing."""
        found = [one for outcome in self.outcomes for one in outcome.findings]
        unmeasured = [one.rule.id for one in self.outcomes if one.state is State.NOT_MEASURED]
        return (*found, not_measured(self.subject, unmeasured)) if unmeasured else tuple(found)

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
    )


def judge_rule(rule: Rule, facts: Facts) -> Outcome:
    """Hold one file against one rule that is not for sequences."""
    parts = rule.parts(facts)
    if not parts:
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


def not_measured(subject: str, rules: Iterable[str]) -> Finding:
    """The finding for rules about pixels where nobody measured those."""
    named = ", ".join(rules)
    return Finding(
        NOT_MEASURED,
        Severity.WARNING,
        subject,
        f"Not judged, because the pixels were not measured: {named}.",
        found="no pixel statistics",
        wanted="pixel statistics",
        fix="Measure the pixels, or leave these rules out of the policy.",
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
