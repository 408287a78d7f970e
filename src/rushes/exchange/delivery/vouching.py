"""Who vouches for media: the sign-off beside it, and whether it is of these bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rushes.core.escape import escape
from rushes.exchange.delivery.item import Item, Part, Vouched
from rushes.exchange.delivery.order import SignOff
from rushes.model.signoff import Record, Result
from rushes.qc.kept import Kept, kept_in
from rushes.qc.order import records_place
from rushes.qc.sidecar import record_hash, signing_bytes
from rushes.qc.signing import Trust
from rushes.qc.verdict import Verdict, of_sidecar
from rushes.scan.roots import Root
from rushes.transfer.hashing_algorithms import ALGORITHMS

_HERE = PurePosixPath(".")
# What nobody has to have done where any pass will do; all else is wrong in either case.
_NOT_SIGNED = (Verdict.UNSIGNED, Verdict.UNTRUSTED_KEY)
_FIXES = {
    Verdict.UNSIGNED: "Sign it with a key (`rushes qc keys init`, `rushes qc sign`).",
    Verdict.UNTRUSTED_KEY: "Trust the key, if it is a colleague's: `rushes qc keys trust`.",
    Verdict.REVOKED_KEY: "Have it checked and signed again, with a key that is trusted.",
}
_CHECK = "Have it checked: `rushes qc review`, or `rushes qc sign`."
_TAMPERED = "Find out who changed its record: `rushes qc history`. Then have it checked again."


@dataclass(frozen=True, slots=True)
class Vouching:
    """Holds sign-offs against what is wanted; records lie beside media, or below `records_root`."""

    wanted: SignOff
    trust: Trust
    records_root: Path | None = None

    def judge(self, item: Item) -> None:
        """Refuse a Version of which any part is not signed off as wanted.

        Whether a sign-off is of these bytes is told where the record has their digests; else
        `same_bytes` tells it later.
        """
        if self.wanted is SignOff.NONE:
            return
        for part in item.parts:
            self._judge(item, part)
            if part.vouched is not None and part.blake3:
                same_bytes(item, part)

    def _judge(self, item: Item, part: Part) -> None:
        try:
            found = list(self._kept(part))
        except OSError as error:
            why = f"Its records cannot be read: {error.strerror or error}."
            item.refuse("unreadable", why, fix="Check the permissions.", subject=part.shown)
            return
        if len(found) != 1 or found[0].sidecar is None:
            self._nobody(item, part, found)
            return
        sidecar = found[0].sidecar
        record = sidecar.record
        for told in of_sidecar(sidecar, self.trust):
            if self.wanted is SignOff.ANY and told.verdict in _NOT_SIGNED:
                continue
            detail = f": {told.detail}" if told.detail else ""
            item.refuse(
                "sign_off",
                f"Its sign-off does not hold: {told.verdict.value}{detail}.",
                fix=_FIXES.get(told.verdict, _TAMPERED),
                subject=part.shown,
                found=told.verdict.value,
            )
        if record.qc_result is not Result.PASS:
            item.refuse(
                "sign_off",
                f"It did not pass its check: {record.qc_result.value}, by {record.operator}.",
                fix=_CHECK,
                subject=part.shown,
                found=record.qc_result.value,
                want=Result.PASS.value,
            )
        if record.content_hash.partition(":")[0] not in ALGORITHMS:
            item.refuse(
                "sign_off",
                f"Nothing here can compare its sign-off: {record.content_hash[:80]}.",
                fix=_CHECK,
                subject=part.shown,
            )
            return
        part.vouched = self._vouched(record)

    def _vouched(self, record: Record) -> Vouched:
        if record.signature is None:
            return Vouched(record, record_hash(record), None)
        standing = self.trust.check(signing_bytes(record), record.signature)
        key = self.trust.name(record.signature.key) or record.signature.key
        return Vouched(record, record_hash(record), standing, key)

    def _kept(self, part: Part) -> Iterator[Kept]:
        """The sidecars of a part; of what lies in a bucket there are none."""
        if "://" in part.folder:
            return
        place = records_place(Root(part.folder), _HERE, self.records_root)
        try:
            yield from (one for one in kept_in(place, called=_HERE) if one.name == part.name)
        except (FileNotFoundError, NotADirectoryError):
            return

    def _nobody(self, item: Item, part: Part, found: Sequence[Kept]) -> None:
        """Refuse what nobody vouches for, or several records do."""
        problem = next((one.problem for one in found if one.problem is not None), None)
        if problem is not None:
            told, fix = f"Its record cannot be read: {problem.message}", _TAMPERED
        elif len(found) > 1:
            told = f"It has two records: {', '.join(escape(str(one.place)) for one in found)}."
            fix = "Find out which is right, and move the other away."
        elif found:
            told, fix = "It was checked with an earlier tool, which did not sign.", _CHECK
        elif "://" in part.folder:
            told = "Nobody signed it off: records of checks lie beside media on disk."
            fix = "Bring it to disk, or say that no sign-off is wanted: --sign-off none."
        else:
            told, fix = "Nobody signed it off.", _CHECK
        item.refuse("sign_off", told, fix=fix, subject=part.shown)


def same_bytes(item: Item, part: Part) -> None:
    """Refuse a Version whose sign-off is of other bytes than those with these digests."""
    vouched = part.vouched
    if vouched is None:
        return
    wanted, found = vouched.record.content_hash, part.content_hash()
    if wanted.partition(":")[0] == found.partition(":")[0] and wanted != found:
        other_bytes(item, part, found)


def other_bytes(item: Item, part: Part, found: str) -> None:
    """Refuse it: what was checked is not what is to leave."""
    assert part.vouched is not None
    record = part.vouched.record
    item.refuse(
        "sign_off",
        f"What {record.operator} signed off are not these bytes.",
        fix="Have what is there checked and signed again, or publish it as a new version.",
        subject=part.shown,
        found=found,
        want=record.content_hash,
    )
