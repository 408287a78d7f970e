"""A file's trace as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.cli import show
from rushes.core.units import human_bytes
from rushes.exchange.trace_model import Belongs, Checksum, Derived, Left, Signed, Trace

_AGREES = {True: "agrees", False: "DIFFERS", None: "not compared"}


def trace_row(found: Trace) -> dict[str, Any]:
    """The trace as `rushes trace --json` has it."""
    return {
        "path": found.path or None,
        "there": found.there,
        "size": found.size if found.size >= 0 else None,
        "blake3": found.digest or None,
        "known": found.known,
        "belongs": [_belongs_row(one) for one in found.belongs],
        "left": [one._asdict() for one in found.left],
        "signed": [one._asdict() for one in found.signed],
        "derived": [one._asdict() for one in found.derived],
        "checksums": [one._asdict() for one in found.checksums],
        "wrong": found.wrong,
        "unknown": found.unknown,
        "unread": found.unread,
    }


def show_trace(found: Trace) -> None:
    """The trace, part by part; what is wrong and what is not known at the end."""
    size = f", {human_bytes(found.size)}" if found.size >= 0 else ""
    there = "" if found.there or not found.path else " (not there)"
    show.text(f"{found.path or 'bytes'}{there}{size}", bold=True)
    if found.digest:
        show.text(f"  blake3:{found.digest}")
    _part("Belongs to", [_belongs(one) for one in found.belongs])
    _part("Left in", [_left(one) for one in found.left])
    _part("Signed off", [_signed(one) for one in found.signed if one.is_decided])
    _part("Waiting for a check", [_signed(one) for one in found.signed if not one.is_decided])
    _part("Made of", [_derived(one) for one in found.derived])
    _part("Checksums", [_checksum(one) for one in found.checksums])
    for title, lines, colour in (
        ("Wrong", found.wrong, "red"),
        ("Could not be read", found.unread, "yellow"),
        ("Not known", found.unknown, "bright_black"),
    ):
        if lines:
            show.text(title, bold=True)
            for line in lines:
                show.text(f"  {show.printable(line)}", colour=colour)


def _part(title: str, rows: Sequence[Sequence[str]]) -> None:
    if rows:
        show.text(title, bold=True)
        show.table([(f"  {show.printable(row[0])}", *map(show.printable, row[1:])) for row in rows])


def _belongs(one: Belongs) -> Sequence[str]:
    drop = f"from the drop {one.drop.get('drop', '?')}" if one.drop else ""
    who = " ".join(filter(None, (one.recorded[:19], one.artist)))
    what = " ".join(filter(None, (one.show, one.of, one.number)))
    return f"{one.kind} {one.id}", what, one.status, who, f"by {one.found_by}", drop


def _left(one: Left) -> Sequence[str]:
    where = f"as {one.path}" if one.path else "as the package itself"
    to = f"to {one.to}" if one.to else ""
    return f"delivery {one.name}", to, one.when[:19], where, one.package, f"by {one.found_by}"


def _signed(one: Signed) -> Sequence[str]:
    who = f"{one.who} ({one.standing}{f', key {one.key}' if one.key else ''})"
    return one.when[:19], one.result, who, one.policy, _AGREES[one.agrees], one.notes


def _derived(one: Derived) -> Sequence[str]:
    what = " ".join(filter(None, (one.show, one.of, one.number)))
    return f"{'  ' * (one.steps - 1)}publish {one.id}", what, one.status, one.path, one.told


def _checksum(one: Checksum) -> Sequence[str]:
    digest = one.digest if len(one.digest) <= 20 else f"{one.digest[:16]}…"
    return f"{one.algorithm}:{digest}", one.by, one.when[:19], _AGREES[one.agrees], one.note


def _belongs_row(one: Belongs) -> dict[str, Any]:
    return {**one._asdict(), "drop": dict(one.drop) if one.drop is not None else None}
