"""Values of fields, read from what older clients send and told as they expect them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rushes.model.kinds import KINDS, Type
from rushes.ports.people import Caller
from rushes.ports.studio import Entity, Filter, Op, Query
from rushes.tracking.refusing import refused, shown
from rushes.web.compat.given import Given
from rushes.web.compat.words import OldKind
from rushes.web.house import house

_NUMBERS = (Type.WHOLE, Type.REFERENCE)
_AT_WORK = {"active": True, "inactive": False}
# Which of a project's folders an older `base_path` is.
_POSIX, _WINDOWS = "linux", "windows"


def value(old: OldKind, name: str, given: Given) -> Any:
    """What was sent under an older name, as its field has it."""
    field = KINDS[old.kind].by_name[old.every[name]]
    if field.type in _NUMBERS:
        return given.whole(name)
    if field.type is Type.NUMBER:
        return given.number(name)
    text = given.text(name)
    return None if not text and field.nullable else text


def taken(old: OldKind, given: Given, *, before: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were sent, without those that are so already; `before` is empty if new."""
    fields = {field: value(old, name, given) for name, field in old.every.items() if name in given}
    kept = {name: given.value(name) for name in old.kept if name in given}
    if kept and (was := before.get("custom", {})) | kept != was:
        fields["custom"] = {**was, **kept}
    if old.kind == "artist" and "status" in given:
        fields["is_active"] = _AT_WORK[given.choice("status", tuple(_AT_WORK), default="active")]
    if old.kind == "project" and (path := given.text("base_path")):
        system = _POSIX if path.startswith("/") else _WINDOWS
        fields["roots"] = {**before.get("roots", {}), system: path}
    if old.kind == "task":
        artist = given.whole("artist_id")
        if artist is not None and artist not in before.get("assignees", ()):
            fields["assignees"] = [artist]
    return {name: one for name, one in fields.items() if name not in before or before[name] != one}


def told(old: OldKind, rows: Sequence[Entity], who: Caller) -> list[dict[str, Any]]:
    """Records under their older names."""
    types = _type_codes(rows, who) if old.kind == "task" else {}
    return [_row(old, one, types) for one in rows]


def type_of(code: str, *, project: int | None, who: Caller) -> int:
    """The number of a task type: the project's own, or the studio's. Raises `field.invalid`."""
    query = Query((Filter("code", Op.IS, code),), fields=("project",))
    found = house().studio.find("task_type", query, access=who.access).rows
    known = {one.fields["project"]: one.id for one in found}
    number = known.get(project, known.get(None))
    if number is None:
        raise refused("task_type", f"there is no kind of work called {shown(code)}")
    return number


def _row(old: OldKind, one: Entity, types: Mapping[int, str]) -> dict[str, Any]:
    fields = one.fields
    made: dict[str, Any] = {"id": one.id}
    made |= {name: fields.get(field) for name, field in old.every.items()}
    custom = fields.get("custom", {})
    made |= {name: custom.get(name) for name in old.kept}
    if "name" in made and made["name"] in (None, ""):
        made["name"] = made.get(old.label) or ""
    if old.kind == "artist":
        made["status"] = "active" if fields.get("is_active") else "inactive"
    elif old.kind == "project":
        roots = fields.get("roots") or {}
        made["base_path"] = next((roots[one] for one in (_POSIX, _WINDOWS) if one in roots), None)
    elif old.kind == "task":
        made["task_type"] = types.get(fields["type"], "")
        made["department"] = made["department"] or made["task_type"]
        made["artist_id"] = next(iter(fields["assignees"]), None)
        made["artist_ids"] = fields["assignees"]
    return made


def _type_codes(rows: Sequence[Entity], who: Caller) -> dict[int, str]:
    wanted = sorted({one.fields["type"] for one in rows})
    found = house().studio.get("task_type", wanted, access=who.access, fields=("code",))
    return {one.id: one.fields["code"] for one in found}
