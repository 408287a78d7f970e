"""What a file asks a show to be: shots, assets and all they stand in, before it is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rushes.model.finding import Finding

Key = tuple[str | None, ...]  # what people call a record by, its parents' codes first


class TaskAsked(NamedTuple):
    """Work of the type called so. Without a name, any task of the type will do."""

    type: str
    name: str = ""
    fields: Mapping[str, Any] = {}


@dataclass(frozen=True)
class RecordAsked:
    """A record as it ought to be: `fields` are those that the file speaks of.

    `at` is where in the file, for people. For a new record, `new` are said as well.
    """

    kind: str
    key: Key
    fields: Mapping[str, Any] = field(default_factory=dict)
    tasks: Sequence[TaskAsked] = ()
    at: str = ""
    new: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """All that a file asks for, in its order, and what was odd in it.

    A shot's key is (episode or None, sequence, shot), a sequence's the first two. `loose` says
    that no episode means whichever has the sequence. `rules` are types of work by what they are
    for: "shot" for all shots, ("asset", type) for all assets of a type. `project` are fields of
    the show itself.
    """

    records: Sequence[RecordAsked] = ()
    findings: Sequence[Finding] = ()
    project: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    loose: bool = False


def spoken(key: Key) -> str:
    """A key as people write it: `ep01/sq010/sh0010`."""
    return "/".join(one for one in key if one is not None)
