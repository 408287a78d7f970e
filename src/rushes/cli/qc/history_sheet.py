"""The history of an asset's records as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rushes.cli import show
from rushes.cli.show import printable
from rushes.core.clock import iso
from rushes.core.escape import escape
from rushes.model.signoff import Legacy, Past, Record
from rushes.qc.history import Link, links
from rushes.qc.kept import Kept
from rushes.qc.legacy import asset_of
from rushes.qc.report.entries import (
    EARLIER_TOOL,
    field_text,
    moment,
    policy_text,
    well_formed,
)
from rushes.qc.report.wording import changes_text, short_hash

_COLOURS = {"pass": "green", "fail": "red", "pending": "yellow"}


def show_json(found: Sequence[Kept]) -> None:
    """The document of all the assets; those whose sidecar cannot be read have a problem."""
    assets = [
        {
            "asset": one.subject,
            "sidecar": escape(str(one.place)),
            "intact": all(link.intact for link in _links(one)) if one.problem is None else None,
            "records": [_row(link) for link in _links(one)],
            "problem": one.problem.message if one.problem is not None else None,
        }
        for one in found
    ]
    show.json("rushes.qc-history/1", {"assets": assets})


def show_text(found: Sequence[Kept]) -> None:
    """Each asset with its records below it, the oldest first."""
    for at, one in enumerate(found):
        if one.problem is not None:
            continue  # told on stderr
        if at:
            show.text()
        chain = _links(one)
        number = show.counted(len(chain), "record")
        show.text(f"{printable(one.shown)}: {number}", bold=True)
        for place, link in enumerate(chain, 1):
            _show(place, link)


def _links(one: Kept) -> list[Link]:
    if one.sidecar is not None:
        return links(one.sidecar)
    return [Link(one.legacy, intact=True)] if one.legacy is not None else []


def _show(place: int, link: Link) -> None:
    row = _row(link)
    result = show.styled(f"{row['result'] or 'no result':<9}", _COLOURS.get(row["result"], "cyan"))
    when = row["time"].replace("T", " ")[:16] if row["time"] else "time not known  "
    # On one line, or a name with a line feed in it could make up a record.
    who = " / ".join(row["operator"].splitlines()) or "nobody named"
    show.text(f"{place:>4}  {when}  {result}{printable(who)}")
    for line in _lines(link.past, row):
        show.text(f"{'':6}{printable(line)}")
    if not link.intact:
        told = "This does not follow from the record before it: one was taken out, put in or"
        show.text(f"{'':6}{told} changed.", colour="red")


def _lines(past: Past, row: dict[str, Any]) -> Iterator[str]:
    if row["reason"]:
        yield row["reason"]
    if isinstance(past, Record) and (differs := changes_text(past.changes, reason=past.reason)):
        yield differs
    if row["notes"]:
        yield f"“{' / '.join(row['notes'].splitlines())}”"
    signature = row["signature"]
    told = [
        short_hash(row["content_hash"]),
        f"policy {row['policy_version']}" if row["policy_version"] else "no policy",
        f"signed by {short_hash(signature['key'])}" if signature else "unsigned",
    ]
    if row["findings"]:
        told.append(show.counted(row["findings"], "finding"))
    yield " · ".join(filter(None, told))


def _row(link: Link) -> dict[str, Any]:
    past = link.past
    return {**(_earlier(past) if isinstance(past, Legacy) else _ours(past)), "intact": link.intact}


def _ours(past: Record) -> dict[str, Any]:
    signature = past.signature
    return {
        "qc_id": past.qc_id,
        "time": iso(past.qc_time),
        "operator": past.operator,
        "result": past.qc_result.value,
        "content_state": past.content_state.value,
        "reason": past.reason,
        "notes": past.notes,
        "changes": past.changes._asdict() if past.changes is not None else None,
        "policy": policy_text(past),
        "policy_version": past.policy_version,
        "content_hash": past.content_hash,
        "findings": len(past.findings),
        "signature": (
            {"algorithm": signature.algorithm, "key": signature.key}
            if signature is not None
            else None
        ),
        "earlier_tool": False,
    }


def _earlier(past: Legacy) -> dict[str, Any]:
    told = asset_of(past)
    when = moment(past.time)
    return {
        "qc_id": field_text(told, "qc_id"),
        "time": iso(when) if when is not None else None,
        "operator": well_formed(past.operator),
        "result": well_formed(past.result),
        "content_state": field_text(told, "content_state"),
        "reason": EARLIER_TOOL,
        "notes": field_text(told, "notes"),
        "changes": None,
        "policy": "",
        "policy_version": field_text(told, "policy_version"),
        "content_hash": field_text(told, "content_hash"),
        "findings": 0,
        "signature": None,
        "earlier_tool": True,
    }
