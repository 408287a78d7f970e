"""New records and changes of records, completed and checked against those that they refer to.

Both stores look records up and write them down; what is written is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from rushes.model.kinds import KINDS, Field, Kind, Type
from rushes.ports.studio import Access, Change
from rushes.tracking import fields
from rushes.tracking.custom import check_custom, check_schema
from rushes.tracking.permissions import (
    RESERVED,
    Verb,
    check_create,
    check_fields,
    check_other,
    check_rank,
)
from rushes.tracking.project_naming import check_naming
from rushes.tracking.project_roots import check_roots
from rushes.tracking.refusing import denied, not_there, past, refused, row, spoken
from rushes.tracking.values import NUMBERS
from rushes.tracking.workflow import check_first, check_next, check_workflow

Row = Mapping[str, Any]

# What is looked up of records that are referred to, besides number, project and archived.
FACTS: Mapping[str, tuple[str, ...]] = {
    "project": ("workflow", "custom_schema", "frame_start", "frame_end"),
    "task_type": ("code",),
}
# What must be known of a record to judge a change of it.
JUDGED = (
    *("id", "revision", "project", "archived", "status", "role", "artist"),
    *("frame_in", "frame_out", "cut_in", "cut_out", "frame_start", "frame_end"),
    *("shot_grammar", "templates", "starts", "due"),
)
_SPANS = (("frame_in", "frame_out"), ("cut_in", "cut_out"), ("frame_start", "frame_end"))
_TARGETS = ("asset", "sequence", "shot")
# The field of a kind that its project is derived from.
_OWNER = {
    "shot": ("sequence",),
    "task": _TARGETS,
    "version": ("task",),
    "note": ("target",),
    "usage": ("shot",),
}
MOST = 10_000


class Look(Protocol):
    """Records that somebody may see, looked up by their numbers."""

    def rows(self, kind: str, ids: Collection[int]) -> Mapping[int, Row]:
        """Those that are there, with `FACTS` and number, project and archived."""
        ...


class Planned(NamedTuple):
    """A change that may be made: `before` as `JUDGED`, and the new `values`."""

    id: int
    before: Row
    values: dict[str, Any]


def numbers(kind: str, ids: Iterable[Any]) -> list[int]:
    """Numbers of records; raises `record.not_found` for what can be none."""
    found = list(ids)
    if len(found) > MOST:
        raise refused("id", f"more than {MOST} records at once")
    for one in found:
        if isinstance(one, bool) or not isinstance(one, int):
            raise refused("id", "must be a whole number")
        if not 1 <= one <= NUMBERS:
            raise not_there(kind, one)
    return found


def drafted(
    kind: Kind, given: Sequence[Mapping[str, Any]], *, look: Look, access: Access
) -> list[dict[str, Any]]:
    """Complete new records. Raises `field.invalid` and `access.denied`."""
    if len(given) > MOST:
        raise refused(kind.plural, f"more than {MOST} records at once")
    if kind.name in RESERVED:
        raise denied(
            f"A {kind.name} is not made like this.",
            hint="Reserve a number, write, and record it under that number.",
        )
    count = len(given)
    rows: list[dict[str, Any]] = []
    for at, one in enumerate(given):
        with row(at, of=count):
            rows.append(fields.new(kind, one))
    known = _Known(look)
    known.learn(_references(kind, rows))
    for at, one in enumerate(rows):
        with row(at, of=count):
            _derive(kind, one, known=known)
    known.learn(("project", one["project"]) for one in rows if one.get("project"))
    for at, (one, asked) in enumerate(zip(rows, given, strict=True)):
        with row(at, of=count):
            project = _project(kind, one, known)
            check_create(access, kind.name, one.get("project"))
            if kind.name == "membership":
                check_rank(access, one["project"], one["role"])
            _check_references(kind, one, one.get("project"), known=known)
            _complete(kind, one, asked=asked, known=known, project=project)
            _credit(kind, one, asked=asked, access=access)
            _check(kind, one, one, project=project)
    return rows


def planned(
    kind: Kind,
    changes: Sequence[Change],
    before: Mapping[int, Row],
    *,
    look: Look,
    access: Access,
) -> list[Planned]:
    """The changes, checked. Raises `record.conflict`, `field.invalid` and `access.denied`."""
    count = len(changes)
    made: list[Planned] = []
    for at, one in enumerate(changes):
        with row(at, of=count):
            was = before[one.id]
            if one.revision is not None and one.revision != was["revision"]:
                raise past(kind.name, one.id, held=one.revision, now=was["revision"])
            values = fields.changed(kind, one.fields)
            check_fields(access, kind.name, was["project"], values)
            _check_powers(kind, was, values, access=access)
            made.append(Planned(one.id, was, values))
    known = _Known(look)
    known.learn(_references(kind, [one.values for one in made]))
    ruled = [one for one in made if kind.name != "project" and _RULED & one.values.keys()]
    known.learn(("project", one.before["project"]) for one in ruled if one.before["project"])
    for at, plan in enumerate(made):
        with row(at, of=count):
            _judge(kind, plan, known)
    return made


def check_ending(kind: Kind, before: Mapping[int, Row], *, access: Access, verb: Verb) -> None:
    """Raise where records may not be archived or removed: `field.invalid` for a kind that never
    is, `access.denied` for roles above theirs, and for themselves.
    """
    if verb is Verb.REMOVE and not kind.removable:
        raise refused("id", f"{kind.plural} are never removed", hint="Archive them.")
    if verb is Verb.ARCHIVE and "archived" not in kind.by_name:
        hint = "Remove them." if kind.removable else ""
        raise refused("archived", f"{kind.plural} are never archived", hint=hint)
    for one in before.values():
        if kind.name == "artist":
            check_other(access, one["id"])
        elif kind.name == "membership":
            _check_powers(kind, one, {"role": one["role"]}, access=access)


def _check_powers(kind: Kind, before: Row, values: Row, *, access: Access) -> None:
    """Nobody gives or takes what is above their own role, and nobody locks themselves out."""
    if kind.name == "membership" and "role" in values and not access.everything:
        check_rank(access, before["project"], before["role"], values["role"])
        check_other(access, before["artist"])
    if kind.name == "artist" and False in (values.get("is_admin"), values.get("is_active")):
        check_other(access, before["id"])


_RULED = frozenset(("status", "custom"))
_NAMING = frozenset(("shot_grammar", "templates"))


def _judge(kind: Kind, plan: Planned, known: _Known) -> None:
    """Check a change against the record as it is, its project, and what it refers to."""
    before, values = plan.before, plan.values
    project = known.of("project", before["project"]) or {}
    _check_references(kind, values, before["project"], known=known)
    _rename(kind, plan, known)
    _check(kind, {**before, **values}, values, project=project)
    if "status" in values and project:
        check_next(project["workflow"], kind.name, before=before["status"], after=values["status"])


class _Known:
    """Records looked up so far, each kind in as few questions as can be."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._rows: dict[str, dict[int, Row]] = {}

    def learn(self, wanted: Iterable[tuple[str, int]]) -> None:
        kinds: dict[str, set[int]] = {}
        for kind, one in wanted:
            if one not in self._rows.get(kind, {}):
                kinds.setdefault(kind, set()).add(one)
        for kind, ids in kinds.items():
            self._rows.setdefault(kind, {}).update(self._look.rows(kind, ids))

    def of(self, kind: str, number: int | None) -> Row | None:
        return None if number is None else self._rows.get(kind, {}).get(number)

    def must(self, field: str, kind: str, number: int) -> Row:
        """The record that a field refers to, there and in use. Raises `field.invalid`."""
        found = self.of(kind, number)
        if found is None:
            raise refused(field, f"there is no {spoken(kind)} {number}")
        if found["archived"] is not None:
            raise refused(field, f"{spoken(kind)} {number} is archived")
        return found


def _references(kind: Kind, rows: Iterable[Row]) -> Iterable[tuple[str, int]]:
    for one in rows:
        for field in _referring(kind, one):
            value = one[field.name]
            several = value if field.type is Type.REFERENCES else (value,)
            yield from ((field.of, number) for number in several)
        if kind.name == "note" and "target" in one:
            yield one["kind"], one["target"]


def _referring(kind: Kind, values: Row) -> Iterable[Field]:
    return (
        field
        for field in kind.fields
        if field.of in KINDS and not field.told and values.get(field.name) is not None
    )


def _derive(kind: Kind, one: dict[str, Any], *, known: _Known) -> None:
    """Find the project of what belongs to one by way of something else."""
    names = _OWNER.get(kind.name)
    if names is None:
        return
    if kind.name == "task":
        names = tuple(name for name in _TARGETS if one[name] is not None)
        if len(names) != 1:
            raise refused("task", "is on exactly one asset, sequence or shot")
    name = names[0]
    of = one["kind"] if kind.name == "note" else kind.by_name[name].of
    owner = known.must(name, of, one[name])
    one["project"] = owner["id"] if of == "project" else owner["project"]


def _project(kind: Kind, one: Row, known: _Known) -> Row:
    """The project that a new record is of; empty where it is of none."""
    if kind.project != "project" or one["project"] is None:
        return {}
    return known.must("project", "project", one["project"])


def _check_references(kind: Kind, values: Row, project: int | None, *, known: _Known) -> None:
    for field in _referring(kind, values):
        value = values[field.name]
        for number in value if field.type is Type.REFERENCES else (value,):
            found = known.must(field.name, field.of, number)
            theirs = found["project"]
            if field.of != "project" and theirs is not None and theirs != project:
                what = f"{spoken(field.of)} {number}"
                raise refused(field.name, f"{what} belongs to another project")


def _complete(kind: Kind, one: dict[str, Any], *, asked: Row, known: _Known, project: Row) -> None:
    if kind.name == "task" and not one["name"]:
        one["name"] = known.must("type", "task_type", one["type"])["code"]
    if kind.name == "shot" and not {"frame_in", "frame_out"} & set(asked):
        one["frame_in"], one["frame_out"] = project["frame_start"], project["frame_end"]


def _credit(kind: Kind, one: dict[str, Any], *, asked: Row, access: Access) -> None:
    """What is made is theirs who make it, where nobody else is named."""
    if kind.name == "note" or (kind.name == "version" and "artist" not in asked):
        one["artist"] = access.artist


def _rename(kind: Kind, one: Planned, known: _Known) -> None:
    """A task whose name is taken back is called after its type again."""
    if kind.name == "task" and one.values.get("name") == "":
        if "type" not in one.values:
            raise refused("name", "is empty")
        one.values["name"] = known.must("type", "task_type", one.values["type"])["code"]


def _check(kind: Kind, whole: Row, values: Row, *, project: Row) -> None:
    """Rules that several fields, or the project's own tables, are bound by."""
    for first, last in _SPANS:
        before, after = whole.get(first), whole.get(last)
        if before is not None and after is not None and after < before:
            name = last if last in values else first
            raise refused(name, f"{last} {after} is before {first} {before}")
    starts, due = whole.get("starts"), whole.get("due")
    if starts and due and str(due) < str(starts):  # days in ISO notation
        name = "due" if "due" in values else "starts"
        raise refused(name, f"due {due} is before starts {starts}")
    if "custom" in values and project:
        check_custom(project["custom_schema"], kind.name, values["custom"])
    if kind.name == "project":
        check_workflow(values.get("workflow", {}))
        check_schema(values.get("custom_schema", {}))
        check_roots(values.get("roots", {}))
        if _NAMING & values.keys():
            check_naming(str(whole["shot_grammar"]), whole["templates"])
    elif "status" in values and whole is values:
        check_first(project["workflow"], kind.name, values["status"])
    elif "status" in values and not values["status"]:
        raise refused("status", "is empty")
