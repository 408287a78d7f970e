"""Who signed a file off: the records of quality checks beside it, and those that are mirrored."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rushes.core import clock
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.exchange.reconcile_files import sequence_of_key
from rushes.exchange.trace_file import Traced, digests_of
from rushes.exchange.trace_model import Signed, Trace
from rushes.frames.notation import parse_frames
from rushes.model.signoff import Legacy, Past, Record
from rushes.ports.signoffs import MirroredRecord
from rushes.qc.asset import frame_text
from rushes.qc.history import links
from rushes.qc.kept import Kept
from rushes.qc.sidecar import record_hash, signing_bytes
from rushes.qc.signing import Standing, Trust
from rushes.transfer.hashing import manifest_hash

_UNSIGNED, _EARLIER = "not signed", "an earlier tool's"


@dataclass
class SignedTrace:
    """Tells sign-offs of a file, once each, whether beside the media or in the database alone.

    `elsewhere` are those of a place that its bytes come from, where others may lie by now.
    """

    file: Traced
    into: Trace
    trust: Trust
    verify: bool = False
    elsewhere: bool = False

    def run(self, kept: Iterable[Kept], mirrored: Iterable[MirroredRecord]) -> None:
        """Add all of them, the oldest first."""
        seen: set[str] = set()
        found: list[Signed] = []
        for one in kept:
            if one.problem is not None:
                self.into.unread.append(one.problem.message)
            if one.legacy is not None:
                found.append(self._signed(one.legacy, escape(str(one.place)), intact=True))
            if one.sidecar is None:
                continue
            for link in links(one.sidecar):
                seen.add(record_hash(link.past))
                found.append(self._signed(link.past, escape(str(one.place)), intact=link.intact))
                if not link.intact:
                    self.into.wrong.append(
                        f"{escape(str(one.place))}: a record does not follow from the one before."
                    )
        for row in mirrored:
            if row.record_hash not in seen:
                told = "the database alone" + (": its sidecar is gone" if row.lost else "")
                found.append(self._signed(row.record, told, intact=True))
        found.sort(key=lambda one: one.when)
        self._judge(found)
        self.into.signed += found

    def _judge(self, found: list[Signed]) -> None:
        """The last record counts: whether it is of these bytes, and worth something."""
        for one in found:
            if one.standing in (Standing.BAD_SIGNATURE.value, Standing.REVOKED_KEY.value):
                self.into.wrong.append(f"The record of {one.when} by {one.who}: {one.standing}.")
        if found and found[-1].agrees is False and not self.elsewhere:
            self.into.wrong.append(f"What was checked on {found[-1].when} are not these bytes.")

    def _signed(self, past: Past, source: str, *, intact: bool) -> Signed:
        if isinstance(past, Legacy):
            return Signed(
                past.time, past.operator, past.result, "", _EARLIER, source=source, intact=intact
            )
        standing, key = _UNSIGNED, ""
        if past.signature is not None:
            standing = self.trust.check(signing_bytes(past), past.signature).value
            key = self.trust.name(past.signature.key) or past.signature.key
        policy = f"{past.policy.name} {past.policy.version}" if past.policy is not None else ""
        return Signed(
            clock.iso(past.qc_time),
            past.operator,
            past.qc_result.value,
            past.content_hash,
            standing,
            key,
            policy or past.policy_version,
            past.notes,
            past.tool_version,
            source,
            intact,
            self._agrees(past),
        )

    def _agrees(self, record: Record) -> bool | None:
        """Whether the bytes are those that were checked; of a sequence, only to verify."""
        algorithm, _, digest = record.content_hash.partition(":")
        if not digest:
            return None
        try:
            if record.sequence is None:
                known = algorithm in self.file.digests or self.verify
                now = self.file.digest_in(algorithm) if known else None
                return now == digest if now is not None else None
            if not self.verify:
                return None
            lines = list(self._lines(record, algorithm))
        except RushesError as error:
            self.into.unread.append(error.message)
            return None
        return manifest_hash(lines, algorithm) == record.content_hash

    def _lines(self, record: Record, algorithm: str) -> Iterator[tuple[str, int, str]]:
        """The manifest of the sequence as it is now."""
        assert record.sequence is not None
        frames = parse_frames(
            record.sequence.frames, subframe_digits=record.sequence.subframe_digits
        )
        made = sequence_of_key(record.asset_name, frames)
        for frame in frames:
            path = str(self.file.folder / made.name(frame))
            digest = digests_of(path, [algorithm])[algorithm]
            yield frame_text(made, frame), os.stat(path).st_size, f"{algorithm}:{digest}"
