"""Whether an asset needs another record, and what that says: pure, from what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.uuid7 import uuid7
from rushes.model.finding import Finding
from rushes.model.signoff import (
    Changes,
    Legacy,
    Past,
    Record,
    Result,
    Sidecar,
    State,
)
from rushes.qc.asset import Asset, cheap_print, sequence_print
from rushes.qc.content import Content, changes, told
from rushes.qc.hashcache import FileRow
from rushes.qc.legacy import asset_of
from rushes.qc.order import TOOL, Order
from rushes.qc.sidecar import record_hash, signing_bytes

_FIRST_POLICY = "1"
_FRAMES = "frames."  # what the scan itself says of a sequence


class Happened(StrEnum):
    """What a run found of an asset, and did."""

    NEW = "new"
    CHANGED = "changed"
    ROTTED = "rotted"  # other bytes, though size and time are the same
    POLICY = "policy"  # another policy, or another version of it
    SIGNED = "signed"
    UPGRADED = "upgraded"  # taken over from the earlier tool
    UNCHANGED = "unchanged"
    UNREAD = "unread"  # not all of its bytes could be read: nothing was recorded
    UNWRITTEN = "unwritten"  # it was read, and its record could not be written
    REFUSED = "refused"  # its sidecar makes no sense, and is not written over


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an asset when it is decided upon.

    `sidecar` and `legacy` are what lies beside it; `known` the hashes that the former record was
    made of, by escaped name, empty where they were made otherwise. `path` is escaped. `findings`
    is None where nobody held it against a policy now: those of the record stay true as long as
    the content is the same. `held_anew` says that the scan holds its frames against others than it
    did, and finds something else.
    """

    asset: Asset
    path: str
    content: Content
    sidecar: Sidecar | None = None
    legacy: Legacy | None = None
    known: Mapping[str, FileRow] | None = None
    findings: tuple[Finding, ...] | None = None
    asset_id: str | None = None
    held_anew: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What happened, why, and the sidecar to write; None where the one there stays."""

    happened: Happened
    reason: str
    sidecar: Sidecar | None = None


def decide(seen: Seen, order: Order, *, now: datetime | None = None) -> Decision:
    """Hold an asset against its record and the order."""
    moment = now or clock.now()
    if seen.sidecar is not None:
        return _again(seen, seen.sidecar, order, moment)
    if seen.legacy is not None:
        return _upgraded(seen, seen.legacy, order, moment)
    result = order.result or Result.PENDING
    reason = (
        "first seen" if order.result is None else f"first seen, and signed off as {result.value}"
    )
    record = _record(seen, order, moment, result=result, state=State.NEW, reason=reason)
    return Decision(Happened.NEW, reason, _chained((), record, order))


def _again(seen: Seen, sidecar: Sidecar, order: Order, moment: datetime) -> Decision:
    before = sidecar.record
    past = (*sidecar.history, before)
    if before.content_hash != seen.content.hash:
        return _changed(seen, past, before, order, moment)
    policy = _policy_reason(before, order)
    if not policy and seen.held_anew:
        policy = "other frames are expected now"
    if policy:
        keeps = order.result or (
            Result.PENDING if before.qc_result is Result.PASS else before.qc_result
        )
        reason = f"{policy}; it was {before.qc_result.value}"
        if order.result is not None:
            reason += f", and is signed off as {keeps.value}"
        happened = Happened.POLICY
    elif _is_signing(before, order):
        assert order.result is not None
        keeps, reason = order.result, f"signed off as {order.result.value}"
        happened = Happened.SIGNED
    else:
        return Decision(Happened.UNCHANGED, "")
    record = _record(
        seen, order, moment, result=keeps, state=State.UNCHANGED, reason=reason, before=before
    )
    return Decision(happened, reason, _chained(past, record, order))


def _changed(
    seen: Seen, past: tuple[Past, ...], before: Record, order: Order, moment: datetime
) -> Decision:
    same_kind = before.content_hash.partition(":")[0] == seen.content.hash.partition(":")[0]
    found = changes(seen.asset, seen.content, before, (seen.known or {}) if same_kind else {})
    if seen.content.rotted:
        names = _some(seen.content.rotted)
        reason = f"bytes changed, though size and time did not: {names}"
    elif not same_kind:
        reason = f"hashed otherwise than before, so that what changed is not known; {told(found)}"
    else:
        reason = told(found)
    reason += f"; it was {before.qc_result.value}"
    result = order.result or Result.PENDING
    if order.result is not None:
        reason += f", and is signed off as {result.value}"
    record = _record(
        seen,
        order,
        moment,
        result=result,
        state=State.MODIFIED,
        reason=reason,
        before=before,
        found=found,
    )
    happened = Happened.ROTTED if seen.content.rotted else Happened.CHANGED
    return Decision(happened, reason, _chained(past, record, order))


def _upgraded(seen: Seen, legacy: Legacy, order: Order, moment: datetime) -> Decision:
    """The earlier tool's word counts as long as the media seems to be what it was said of."""
    document = asset_of(legacy)
    same = _is_same(seen, document)
    version = _text(document, "policy_version")
    result = _result(legacy.result) if same else Result.PENDING
    who = f" by {legacy.operator}" if legacy.operator else ""
    when = f" on {legacy.time}" if legacy.time else ""
    reason = (
        f"taken over from the earlier tool: {legacy.result or 'no result'}{who}{when}, unsigned"
    )
    if not same:
        reason += "; its content changed since"
    elif order.policy_version not in (None, version):
        result = Result.PENDING if result is Result.PASS else result
        reason += f"; policy version {order.policy_version} instead of {version or 'none'}"
    if order.result is not None:
        result = order.result
        reason += f"; signed off as {result.value}"
    record = _record(
        seen,
        order,
        moment,
        result=result,
        state=State.UNCHANGED if same else State.MODIFIED,
        reason=reason,
    )
    record = replace(
        record,
        notes=record.notes if order.note is not None else _text(document, "notes"),
        policy_version=order.policy_version or version or record.policy_version,
        asset_id=record.asset_id or _text(document, "asset_id") or None,
    )
    return Decision(Happened.UPGRADED, reason, _chained((legacy,), record, order))


def _is_same(seen: Seen, document: Mapping[str, Any]) -> bool:
    """Whether the bytes, or else what tells of them cheaply, are what the earlier tool saw."""
    if document.get("content_hash") == seen.content.hash:
        return True
    sequence = document.get("sequence")
    if not isinstance(sequence, dict):
        return False
    # How that tool hashed a sequence is its own; its cheap fingerprint can be compared.
    return sequence.get("cheap_fp") == dict(cheap_print(seen.asset.found)._asdict())


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    # JSON can spell half a character, which no UTF-8 can hold.
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _result(text: str) -> Result:
    try:
        return Result(text)
    except ValueError:
        return Result.PENDING


def _policy_reason(before: Record, order: Order) -> str:
    version, policy = order.policy_version or before.policy_version, order.policy
    if version != before.policy_version:
        return f"policy version {version} instead of {before.policy_version}"
    if policy is not None and not (before.policy and before.policy.covers(policy)):
        then = f"{before.policy.name} {before.policy.version}" if before.policy else "none"
        if before.policy and policy.covers(before.policy):
            return f"policy {policy.name} {policy.version}, now with pixels"
        if before.policy and before.policy[:2] == policy[:2]:
            return f"policy {policy.name} {policy.version} says something else than it did"
        return f"policy {policy.name} {policy.version} instead of {then}"
    return ""


def _is_signing(before: Record, order: Order) -> bool:
    """Whether the order says something that the record does not say already."""
    if order.result is None:
        return False
    said = (before.qc_result, before.operator, before.notes)
    note = order.note if order.note is not None else before.notes
    if said != (order.result, order.operator, note):
        return True
    # Unsigned, signed by another key, or changed after it was: to sign again is to say it anew.
    signer = order.signer
    return signer is not None and before.signature != signer.sign(signing_bytes(before))


def _record(
    seen: Seen,
    order: Order,
    moment: datetime,
    *,
    result: Result,
    state: State,
    reason: str,
    before: Record | None = None,
    found: Changes | None = None,
) -> Record:
    version = order.policy_version or (before.policy_version if before else _FIRST_POLICY)
    # What was said of other bytes is said of these no more.
    kept = before if state is State.UNCHANGED else None
    notes = order.note if order.note is not None else kept.notes if kept else ""
    return Record(
        qc_id=uuid7(),
        qc_time=moment,
        operator=order.operator,
        tool_version=TOOL,
        policy_version=version,
        policy=order.policy or (kept.policy if kept else None),
        asset_path=seen.path,
        asset_name=escape(seen.asset.name),
        asset_id=seen.asset_id or (before.asset_id if before else None),
        content_hash=seen.content.hash,
        content_state=state,
        cheap_fp=cheap_print(seen.asset.found),
        sequence=sequence_print(seen.asset.found),
        qc_result=result,
        notes=notes,
        reason=reason,
        changes=found,
        findings=_findings(seen, kept),
        previous=None,
        signature=None,
    )


def _findings(seen: Seen, kept: Record | None) -> tuple[Finding, ...]:
    """What was found now, else what the record before says of the same bytes."""
    if seen.findings is not None:
        return seen.findings
    if kept is None:
        return seen.asset.findings
    if not seen.held_anew:
        return kept.findings
    others = (one for one in kept.findings if not one.rule.startswith(_FRAMES))
    return (*seen.asset.findings, *others)


def _chained(past: tuple[Past, ...], record: Record, order: Order) -> Sidecar:
    """The record at the end of its chain, signed."""
    if past:
        record = replace(record, previous=record_hash(past[-1]))
    if order.signer is not None:
        record = replace(record, signature=order.signer.sign(signing_bytes(record)))
    return Sidecar(record, past)


def _some(names: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(map(escape, names[:most]))
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"
