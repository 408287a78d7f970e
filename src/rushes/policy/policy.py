"""A policy: its name, its version, where it comes from, and its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rushes.model.finding import Severity
from rushes.model.image import Part
from rushes.policy.checks.check import Check
from rushes.policy.condition import Condition
from rushes.policy.facts import Facts


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is wanted. `id` is what findings call it: the policy's name and its own."""

    id: str
    kind: str
    check: Check
    severity: Severity = Severity.ERROR
    only: Condition | None = None
    unless: Condition | None = None
    fix: str = ""
    why: str = ""

    def parts(self, facts: Facts) -> Sequence[Part]:
        """The parts of the file that the rule is for."""
        if self.only is None and self.unless is None:
            return facts.image.parts
        return [
            one
            for one in facts.image.parts
            if (self.only is None or self.only.holds(one, facts))
            and not (self.unless is not None and self.unless.holds(one, facts))
        ]

    def of_file(self, name: str) -> bool:
        """Whether the rule is for a file of that name that has no parts, such as a movie."""
        return (self.only is None or self.only.of_file(name)) and not (
            self.unless is not None and self.unless.of_file(name)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules with a name and a version.

    `digest` tells whether two policies say the same, whatever their comments and their layout.
    `text` is the policy as it was written, `origin` the escaped path of its file, empty for one
    that comes with Rushes.
    """

    name: str
    version: str
    description: str
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    digest: str
    text: str
    origin: str = ""

    def row(self) -> dict[str, str]:
        """What every verdict records of it."""
        return {"name": self.name, "version": self.version, "digest": self.digest}
