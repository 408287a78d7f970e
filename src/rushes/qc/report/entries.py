"""Assets as a report shows them, from the sidecars of either tool."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.signoff import Legacy, Past, Record, Result, Sidecar
from rushes.qc.history import is_intact
from rushes.qc.kept import Kept
from rushes.qc.legacy import asset_of
from rushes.qc.report.content import ReportedAsset

EARLIER_TOOL = "recorded by the earlier tool"


def reported(kept: Kept, *, subject: str, place: tuple[str, ...], media: Path) -> ReportedAsset:
    """The asset of a sidecar that could be read; `media` is the folder its files lie in.

    Raises `sidecar.invalid` where the earlier tool's says a result that does not exist.
    """
    if kept.sidecar is not None:
        return _of_ours(kept, kept.sidecar, subject, place, media)
    assert kept.legacy is not None
    return _of_the_earlier_tool(kept, kept.legacy, subject, place, media)


def moment(text: str) -> datetime | None:
    """The time that the earlier tool wrote, in UTC unless it says; None where it is none."""
    try:
        found = datetime.fromisoformat(text)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def policy_text(record: Record) -> str:
    """The policy that it was checked under, by name and version."""
    stamp = record.policy
    return f"{stamp.name} {stamp.version}".strip() if stamp is not None else ""


def all_past(kept: Kept) -> tuple[Past, ...]:
    """Every record in a sidecar, the oldest first."""
    if kept.sidecar is not None:
        return (*kept.sidecar.history, kept.sidecar.record)
    return (kept.legacy,) if kept.legacy is not None else ()


def field_text(told: dict[str, Any], name: str) -> str:
    """A text field of what the earlier tool wrote; empty where there is none."""
    value = told.get(name)
    return well_formed(value) if isinstance(value, str) else ""


def well_formed(text: str) -> str:
    """Text that every form can hold: the earlier tool's JSON may name lone surrogates."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _of_ours(
    kept: Kept, sidecar: Sidecar, subject: str, place: tuple[str, ...], media: Path
) -> ReportedAsset:
    record = sidecar.record
    return ReportedAsset(
        subject=subject,
        place=place,
        result=record.qc_result,
        operator=record.operator,
        time=record.qc_time,
        policy=policy_text(record),
        policy_version=record.policy_version,
        notes=record.notes,
        reason=record.reason,
        findings=record.findings,
        content_hash=record.content_hash,
        sequence=record.sequence,
        changes=record.changes,
        signature=record.signature,
        records=len(sidecar.history) + 1,
        intact=is_intact(sidecar),
        earlier_tool=False,
        sidecar=escape(str(kept.place)),
        media=media,
        file=kept.name,
    )


def _of_the_earlier_tool(
    kept: Kept, legacy: Legacy, subject: str, place: tuple[str, ...], media: Path
) -> ReportedAsset:
    told = asset_of(legacy)
    try:
        result = Result(legacy.result)
    except ValueError:
        raise RushesError(
            Code.SIDECAR_INVALID,
            f"{escape(str(kept.place))}: the earlier tool's result is {legacy.result!r},"
            " which is none of pass, fail and pending.",
            hint="Sign the asset off anew, or move the sidecar away.",
        ) from None
    return ReportedAsset(
        subject=subject,
        place=place,
        result=result,
        operator=well_formed(legacy.operator),
        time=moment(legacy.time),
        policy="",
        policy_version=field_text(told, "policy_version"),
        notes=field_text(told, "notes"),
        reason=EARLIER_TOOL,
        findings=(),
        content_hash=field_text(told, "content_hash"),
        sequence=None,
        changes=None,
        signature=None,
        records=1,
        intact=True,
        earlier_tool=True,
        sidecar=escape(str(kept.place)),
        media=media,
        file=kept.name,
    )
