"""What verifying finds of one record: the signature, the chain, and the media that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from rushes.model.signoff import Legacy, Record, Sidecar
from rushes.qc.sidecar import record_hash, signing_bytes
from rushes.qc.signing import Standing, Trust


class Verdict(StrEnum):
    """What is true of a record. Only `valid` stands alone; of the others there may be several."""

    VALID = "valid"
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad signature"
    UNTRUSTED_KEY = "untrusted key"
    REVOKED_KEY = "revoked key"
    BROKEN_CHAIN = "broken chain"
    UNREADABLE = "record not read"
    INVALID = "invalid record"  # its bytes are not as they were written
    TWICE = "two records"  # of one asset, in two places
    CONTENT_CHANGED = "content changed since sign-off"
    CONTENT_UNREAD = "content not read"
    MEDIA_GONE = "media gone"
    MISSING = "record missing"  # a checkpoint or the database knows of it
    ROLLED_BACK = "record rolled back"
    REWRITTEN = "record rewritten"
    NO_RECORD = "no record"
    CHECKPOINT_INVALID = "invalid checkpoint"


class Told(NamedTuple):
    """One verdict, and what there is to say about it."""

    verdict: Verdict
    detail: str = ""


_STANDINGS = {
    Standing.BAD_SIGNATURE: Verdict.BAD_SIGNATURE,
    Standing.UNTRUSTED_KEY: Verdict.UNTRUSTED_KEY,
    Standing.REVOKED_KEY: Verdict.REVOKED_KEY,
}


def of_sidecar(sidecar: Sidecar, trust: Trust) -> Iterator[Told]:
    """What is wrong with the signatures and the chain, the newest record first.

    A valid signature vouches for all records before it, as long as the chain holds: it is made over
    the hash of what they are.
    """
    chain = list(of_chain(sidecar))
    record = sidecar.record
    wrong = list(_of_signature(record, trust, ""))
    yield from wrong
    before = [one for one in sidecar.history if isinstance(one, Record) and one.signature]
    for one in reversed(before if wrong or chain else []):
        found = list(_of_signature(one, trust, f"of the earlier record {one.qc_id}"))
        if not found and not chain:
            break
        yield from found
    yield from chain


def of_chain(sidecar: Sidecar) -> Iterator[Told]:
    """Where records were removed, changed, reordered or put in."""
    previous: str | None = None
    for past in (*sidecar.history, sidecar.record):
        if isinstance(past, Legacy):
            if previous is not None:
                yield Told(Verdict.BROKEN_CHAIN, "a record of the earlier tool stands amid ours")
        elif past.previous != previous:
            if previous is None:
                why = f"record {past.qc_id} stands first, and those before it are gone"
            else:
                why = f"record {past.qc_id} does not follow on the one before it"
            yield Told(Verdict.BROKEN_CHAIN, why)
        previous = record_hash(past)


def _of_signature(record: Record, trust: Trust, whose: str) -> Iterator[Told]:
    if record.signature is None:
        yield Told(Verdict.UNSIGNED, whose)
        return
    standing = trust.check(signing_bytes(record), record.signature)
    verdict = _STANDINGS.get(standing)
    if verdict is None:
        return
    said = [record.signature.key, whose]
    revoked = trust.revocation(record.signature.key)
    if verdict is Verdict.REVOKED_KEY and revoked is not None:
        said.append(f"taken back on {revoked.moment:%Y-%m-%d}: {revoked.reason or 'no reason'}")
    yield Told(verdict, ", ".join(filter(None, said)))
