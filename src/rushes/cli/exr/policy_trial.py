"""A policy tried on files: what became of every rule, file by file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rushes.cli import exits
from rushes.cli.exr.check_targets import Refused, Target, targets
from rushes.cli.exr.images import Wanted
from rushes.cli.exr.reading import header
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.model.finding import Finding, Severity
from rushes.policy.facts import Facts
from rushes.policy.judging import Outcome, SequenceJudge, State, judge
from rushes.policy.policy import Policy
from rushes.ports.storage import Storage


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one file, or of a sequence as a whole. `findings` are the reader's own."""

    name: str
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: RushesError | None = None

    @property
    def code(self) -> int:
        """What the command ends with for this file."""
        if self.error is not None:
            return exits.EXIT_CODES[self.error.code]
        found = [one for outcome in self.outcomes for one in outcome.findings]
        errors = [one for one in (*found, *self.findings) if one.severity is Severity.ERROR]
        return exits.FOUND if errors else exits.OK


def tried(
    policy: Policy, paths: Sequence[Path], settings: Settings, storage: Storage
) -> list[Tried]:
    """Hold all files against all rules; a sequence comes after its frames."""
    return [
        one
        for target in targets(paths, settings)
        for one in (
            [Tried(target.name, error=target.error)]
            if isinstance(target, Refused)
            else _tried(policy, target, storage)
        )
    ]


def _tried(policy: Policy, target: Target, storage: Storage) -> Iterator[Tried]:
    watching = SequenceJudge(policy)
    for one in target.files:
        done, facts = _file(policy, one, storage)
        if facts is None:
            yield done
        elif target.moving:
            watching.take(facts, one.frame or 0)
            yield done
        else:  # where there is no sequence, its rules do not apply
            own = tuple(SequenceJudge(policy).end(one.name))
            yield replace(done, outcomes=(*done.outcomes, *own))
    if target.moving:
        yield Tried(target.name, tuple(watching.end(target.name)))


def _file(policy: Policy, one: Wanted, storage: Storage) -> tuple[Tried, Facts | None]:
    try:
        found = header(storage, one.path, one.name)
    except RushesError as error:
        return Tried(one.name, error=error), None
    if found.image is None:
        return Tried(one.name, findings=found.findings), None
    facts = Facts(found.path, found.size, found.image)
    return Tried(one.name, judge(policy, facts).outcomes, found.findings), facts


def states(done: Sequence[Tried]) -> dict[State, int]:
    """How many rules ended how, over all files."""
    every = [outcome.state for one in done for outcome in one.outcomes]
    return {state: every.count(state) for state in State}
