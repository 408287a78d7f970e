"""Records as JSON objects and back, field by field; nothing unknown gets in or lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from rushes.core.canonical import Json
from rushes.core.clock import iso
from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.model.signoff import (
    Changes,
    CheapPrint,
    Legacy,
    Past,
    PolicyStamp,
    Record,
    Result,
    SequencePrint,
    Signature,
    State,
)

Made = TypeVar("Made")


def record_document(record: Record) -> dict[str, Json]:
    """The record as JSON, without a history."""
    return {
        "schema_version": 1,
        "qc_id": record.qc_id,
        "qc_time": iso(record.qc_time),
        "operator": record.operator,
        "tool_version": record.tool_version,
        "policy_version": record.policy_version,
        "policy": record.policy._asdict() if record.policy else None,
        "asset_path": record.asset_path,
        "asset_name": record.asset_name,
        "asset_id": record.asset_id,
        "content_hash": record.content_hash,
        "content_state": record.content_state.value,
        "cheap_fp": record.cheap_fp._asdict(),
        "sequence": _sequence_document(record.sequence) if record.sequence else None,
        "qc_result": record.qc_result.value,
        "notes": record.notes,
        "reason": record.reason,
        "changes": record.changes._asdict() if record.changes else None,
        "findings": [dict(one.row()) for one in record.findings],
        "previous": record.previous,
        "signature": record.signature._asdict() if record.signature else None,
    }


def legacy_document(legacy: Legacy) -> dict[str, Json]:
    """A sidecar of the earlier tool, as a history keeps it."""
    return {
        "schema_version": 0,
        "legacy": {
            "name": legacy.name,
            "text": legacy.text,
            "result": legacy.result,
            "operator": legacy.operator,
            "time": legacy.time,
        },
    }


def record_of(document: Mapping[str, Any]) -> Record:
    """The record in a JSON object. Raises `sidecar.invalid`."""
    read = _Reader(document, "")
    if read.whole("schema_version") != 1:
        raise _invalid("schema_version", "1")
    record = Record(
        qc_id=read.text("qc_id"),
        qc_time=read.time("qc_time"),
        operator=read.text("operator"),
        tool_version=read.text("tool_version"),
        policy_version=read.text("policy_version"),
        policy=read.maybe("policy", _policy),
        asset_path=read.text("asset_path"),
        asset_name=read.text("asset_name"),
        asset_id=read.maybe_text("asset_id"),
        content_hash=read.text("content_hash"),
        content_state=read.one_of("content_state", State),
        cheap_fp=read.part("cheap_fp", _cheap),
        sequence=read.maybe("sequence", _sequence),
        qc_result=read.one_of("qc_result", Result),
        notes=read.text("notes"),
        reason=read.text("reason"),
        changes=read.maybe("changes", _changes),
        findings=tuple(_finding(one) for one in read.several("findings")),
        previous=read.maybe_text("previous"),
        signature=read.maybe("signature", _signature),
    )
    read.end()
    return record


def past_of(document: object) -> Past:
    """A record of a history, of whichever tool. Raises `sidecar.invalid`."""
    if not isinstance(document, dict):
        raise _invalid("history", "a list of objects")
    if document.get("schema_version") != 0:
        return record_of(document)
    read = _Reader(document, "history.")
    read.whole("schema_version")
    legacy = read.part("legacy", _legacy)
    read.end()
    return legacy


class _Reader:
    """One JSON object, whose fields are taken one by one until none may be left."""

    def __init__(self, document: object, where: str) -> None:
        if not isinstance(document, Mapping):
            raise _invalid(where.rstrip(".") or "the record", "an object")
        self._left = dict(document)
        self._where = where

    def text(self, name: str) -> str:
        return self._typed(name, str, "a text")

    def maybe_text(self, name: str) -> str | None:
        return None if self._is_null(name) else self.text(name)

    def whole(self, name: str) -> int:
        value = self._typed(name, int, "a whole number")
        if isinstance(value, bool):
            raise _invalid(self._where + name, "a whole number")
        return value

    def several(self, name: str) -> list[Any]:
        return self._typed(name, list, "a list")

    def time(self, name: str) -> datetime:
        text = self.text(name)
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None and iso(moment) == text:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise _invalid(self._where + name, "a time as in 2026-11-21T01:02:03.000004Z")

    def one_of(self, name: str, kind: Callable[[str], Made]) -> Made:
        try:
            return kind(self.text(name))
        except ValueError:
            raise _invalid(self._where + name, "one of the values it may have") from None

    def part(self, name: str, read: Callable[[_Reader], Made]) -> Made:
        inner = _Reader(self._typed(name, dict, "an object"), f"{self._where}{name}.")
        made = read(inner)
        inner.end()
        return made

    def maybe(self, name: str, read: Callable[[_Reader], Made]) -> Made | None:
        return None if self._is_null(name) else self.part(name, read)

    def end(self) -> None:
        if self._left:
            raise _invalid(self._where + min(self._left), "absent: it is no field of a record")

    def _is_null(self, name: str) -> bool:
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return True
        return False

    def _typed(self, name: str, kind: type[Made], wanted: str) -> Made:
        value = self._left.pop(name, None)
        if not isinstance(value, kind):
            raise _invalid(self._where + name, wanted)
        return value


def _sequence_document(made: SequencePrint) -> dict[str, Json]:
    return {
        "base": made.base,
        "ext": made.ext,
        "first": made.first,
        "last": made.last,
        "frame_count": made.frame_count,
        "frame_min": made.frame_min,
        "frame_max": made.frame_max,
        "pad": made.pad,
        "range_count": made.range_count,
        "holes": made.holes,
        "frames": made.frames,
        "kind": made.kind,
        "subframe_digits": made.subframe_digits,
        "cheap_fp": made.cheap_fp._asdict(),
    }


def _sequence(read: _Reader) -> SequencePrint:
    return SequencePrint(
        base=read.text("base"),
        ext=read.text("ext"),
        first=read.text("first"),
        last=read.text("last"),
        frame_count=read.whole("frame_count"),
        frame_min=read.whole("frame_min"),
        frame_max=read.whole("frame_max"),
        pad=read.whole("pad"),
        range_count=read.whole("range_count"),
        holes=read.whole("holes"),
        frames=read.text("frames"),
        kind=read.text("kind"),
        subframe_digits=read.whole("subframe_digits"),
        cheap_fp=read.part("cheap_fp", _cheap),
    )


def _cheap(read: _Reader) -> CheapPrint:
    return CheapPrint(read.whole("files"), read.whole("bytes"), read.whole("newest_mtime"))


def _policy(read: _Reader) -> PolicyStamp:
    return PolicyStamp(read.text("name"), read.text("version"), read.text("hash"))


def _changes(read: _Reader) -> Changes:
    return Changes(read.text("added"), read.text("removed"), read.maybe_text("changed"))


def _signature(read: _Reader) -> Signature:
    return Signature(read.text("algorithm"), read.text("key"), read.text("value"))


def _legacy(read: _Reader) -> Legacy:
    return Legacy(
        read.text("name"),
        read.text("text"),
        read.text("result"),
        read.text("operator"),
        read.text("time"),
    )


def _finding(document: object) -> Finding:
    read = _Reader(document, "findings.")
    made = Finding(
        rule=read.text("rule"),
        severity=read.one_of("severity", Severity),
        subject=read.text("subject"),
        message=read.text("message"),
        found=read.text("found"),
        wanted=read.text("wanted"),
        fix=read.text("fix"),
    )
    read.end()
    return made


def _invalid(name: str, wanted: str) -> RushesError:
    return RushesError(
        Code.SIDECAR_INVALID,
        f"This is no sidecar as Rushes writes them: {name} must be {wanted}.",
        hint="It was edited, or written by a later version of Rushes.",
    )
