"""The trail of events, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.cli import show
from rushes.core.escape import escape
from rushes.model.event import EventAudit, RecordedEvent

_SHOWN = 20
_WIDEST = 60


def audit_lines(audit: EventAudit) -> list[str]:
    """What came of going through the chain, and where it does not hold."""
    verdict = "holds" if audit.holds else "does not hold"
    lines = [f"The chain of {show.counted(audit.sealed, 'sealed event')} {verdict}."]
    lines += [f"{one.position:,}: {one.why}" for one in audit.breaks[:_SHOWN]]
    if len(audit.breaks) > _SHOWN:
        lines.append(f"… and {len(audit.breaks) - _SHOWN} more places (all with --json)")
    if audit.waiting:
        wait = "wait" if audit.waiting != 1 else "waits"
        lines.append(
            f"{show.counted(audit.waiting, 'event')} {wait} to be sealed, and could be changed"
            " unseen until then."
        )
    return lines


def audit_row(audit: EventAudit) -> dict[str, Any]:
    """The same as JSON has it."""
    return {
        "holds": audit.holds,
        "sealed": audit.sealed,
        "waiting": audit.waiting,
        "head": {"position": audit.head.position, "seal": audit.head.seal},
        "breaks": [{"position": one.position, "why": one.why} for one in audit.breaks],
    }


def event_lines(events: Sequence[RecordedEvent]) -> list[tuple[str, ...]]:
    """One line for each event: its place in the chain, when, who, what."""
    return [
        (
            "-" if one.position is None else str(one.position),
            f"{one.at[:19]}Z",
            escape(one.actor + (f" for {one.on_behalf_of}" if one.on_behalf_of else "")),
            one.action,
            f"{one.kind} {one.target}",
            show.printable(_changed(one)),
        )
        for one in events
    ]


def event_row(one: RecordedEvent) -> dict[str, Any]:
    """An event as JSON has it."""
    return {
        "id": one.id,
        "position": one.position,
        "at": one.at,
        "actor": one.actor,
        "on_behalf_of": one.on_behalf_of,
        "tool": one.tool,
        "action": one.action,
        "kind": one.kind,
        "target": one.target,
        "project": one.project,
        "before": one.before,
        "after": one.after,
    }


def _changed(one: RecordedEvent) -> str:
    if one.action != "update":
        named = one.after or one.before or {}
        return str(named.get("code") or named.get("login") or named.get("name") or "")[:_WIDEST]
    before, after = one.before or {}, one.after or {}
    told = ", ".join(f"{name}: {before.get(name)} → {after.get(name)}" for name in after)
    return told if len(told) <= _WIDEST else f"{told[: _WIDEST - 1]}…"
