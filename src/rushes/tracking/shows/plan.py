"""What is to be written of a show: new records, changes, and what is left as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rushes.model.finding import Finding, Severity
from rushes.tracking.shows.asked import Key

# The order in which records are made: each refers to those before.
ORDER = ("task_type", "episode", "sequence", "asset", "shot", "task")


class Ref(NamedTuple):
    """A record that another refers to, which may not be there yet."""

    kind: str
    key: Key


class Difference(NamedTuple):
    """A field's old and new value."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class New:
    """A record to be made. Its fields may hold `Ref`."""

    kind: str
    key: Key
    fields: Mapping[str, Any]
    at: str = ""


@dataclass(frozen=True)
class Edit:
    """A record to be changed, as it was read at `revision`; `omits` where that is its point."""

    kind: str
    key: Key
    id: int
    revision: int
    differences: tuple[Difference, ...]
    at: str = ""
    omits: bool = False


@dataclass(frozen=True)
class Plan:
    """What is written when it is applied, all of it and nothing else.

    `known` are the numbers of the records that are there. `left` are shots that the file leaves
    out and that stay as they are.
    """

    show: str
    project: int
    news: tuple[New, ...] = ()
    edits: tuple[Edit, ...] = ()
    unchanged: tuple[Key, ...] = ()
    left: tuple[Key, ...] = ()
    findings: tuple[Finding, ...] = ()
    known: Mapping[Ref, int] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.news and not self.edits

    @property
    def worrying(self) -> bool:
        """Whether something was found that somebody ought to look at."""
        return any(one.severity is not Severity.NOTE for one in self.findings)

    def made(self, kind: str) -> list[New]:
        """New records of one kind."""
        return [one for one in self.news if one.kind == kind]


def resolved(new: New, ids: Mapping[Ref, int]) -> dict[str, Any]:
    """The fields of a new record, with numbers for what it refers to."""
    return {
        name: ids[value] if isinstance(value, Ref) else value for name, value in new.fields.items()
    }
