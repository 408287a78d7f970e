"""What else knows of records: checkpoints and the database, against which losses show."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Set
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.records import every
from rushes.qc.checkpoint import Checkpoint, Kind, Leaf, compare
from rushes.qc.checkpoint_document import decode, signing_bytes
from rushes.qc.mirror import known_root
from rushes.qc.order import records_place
from rushes.qc.places import CHECKPOINT_ENDING, FOLDER
from rushes.qc.signing import Standing, Trust
from rushes.qc.verdict import Told, Verdict
from rushes.qc.verify import Verified, Verifying

_VERDICTS = {
    Kind.MISSING: Verdict.MISSING,
    Kind.ROLLED_BACK: Verdict.ROLLED_BACK,
    Kind.REWRITTEN: Verdict.REWRITTEN,
}
_STANDINGS = {
    Standing.BAD_SIGNATURE: Verdict.BAD_SIGNATURE,
    Standing.UNTRUSTED_KEY: Verdict.UNTRUSTED_KEY,
    Standing.REVOKED_KEY: Verdict.REVOKED_KEY,
}


@dataclass(slots=True)
class Witnesses:
    """Holds the records that a run has met against what was known of them before.

    `others` are the escaped folders that are verified in the same breath: a checkpoint that is
    given for one of those is not held against this one. `used` names the checkpoints that were
    believed.
    """

    session: Session
    run: Verifying
    trust: Trust
    others: Set[str] = frozenset()
    used: list[str] = field(default_factory=list)

    def by_checkpoints(self, given: Iterable[Path]) -> Iterator[Verified]:
        """What is lost or rewritten since the checkpoints `given`, and those found in the folder.

        A checkpoint that is not believed is told as one, and nothing is held against it.
        """
        here = escape(str(self.run.root.path))
        for path in {os.path.abspath(one): one for one in (*given, *self._found())}.values():
            name = escape(str(path))
            try:
                checkpoint = decode(_read(path))
            except RushesError as error:
                yield Verified(name, (Told(Verdict.CHECKPOINT_INVALID, error.message),))
                continue
            if checkpoint.root != here and checkpoint.root in self.others:
                continue
            wrong = self._standing(checkpoint)
            if wrong is not None:
                yield Verified(name, (wrong,))
            if wrong is None or wrong.verdict is Verdict.UNSIGNED:
                self.used.append(name)
                yield from self._against(checkpoint, name)

    def by_database(self) -> Iterator[Verified]:
        """What the database knows of and storage has lost. Raises `database.unavailable`."""
        run = self.run
        with closing(bootstrap.sign_offs(self.session.settings)) as signoffs:
            known = known_root(run.root, signoffs.mounts())
            below = known.below / run.root.below
            for head in every(lambda page: signoffs.heads(known.mount, below=below, page=page)):
                where = run.root.below / head.asset.folder.relative_to(below)
                name = head.asset.name
                subject = escape(name if str(where) == "." else f"{where}/{name}")
                leaf = run.leaves.get(subject)
                verdict = _lost(leaf, head.record_hash, head.length)
                detail = f"the database knows of {head.length:,} records"
                if verdict is None and head.lost:
                    verdict = Verdict.REWRITTEN
                    detail = f"the database knows of {head.lost:,} records that are gone"
                if verdict is not None:
                    yield Verified(subject, (Told(verdict, detail),))

    def _against(self, checkpoint: Checkpoint, name: str) -> Iterator[Verified]:
        present = (
            Leaf(self._below(leaf.path), leaf.head, leaf.hashes)
            for leaf in self.run.leaves.values()
        )
        for one in compare(checkpoint, present):
            if not one.kind.is_fine:
                told = Told(_VERDICTS[one.kind], f"since the checkpoint {name}")
                place = self.run.root.below / PurePosixPath(one.path)
                yield Verified(str(place), (told,))

    def _below(self, path: str) -> str:
        """What a checkpoint of the folder asked for calls the asset at `path` of its root."""
        above = escape(str(self.run.root.below))
        return path if above == "." else path.removeprefix(f"{above}/")

    def _standing(self, checkpoint: Checkpoint) -> Told | None:
        if checkpoint.root != escape(str(self.run.root.path)):
            return Told(
                Verdict.CHECKPOINT_INVALID,
                f"it is a checkpoint of {checkpoint.root}, not of this folder",
            )
        if checkpoint.signature is None:
            return Told(Verdict.UNSIGNED, "anybody may have written this checkpoint")
        standing = self.trust.check(signing_bytes(checkpoint), checkpoint.signature)
        verdict = _STANDINGS.get(standing)
        return Told(verdict, checkpoint.signature.key) if verdict is not None else None

    def _found(self) -> list[Path]:
        run = self.run
        place = records_place(run.root, run.root.below, run.sidecar_root)
        return sorted((place / FOLDER).glob(f"*{CHECKPOINT_ENDING}"))


def _lost(leaf: Leaf | None, head: str, length: int) -> Verdict | None:
    if leaf is None:
        return Verdict.MISSING
    if head in leaf.hashes:
        return None
    return Verdict.ROLLED_BACK if len(leaf.hashes) < length else Verdict.REWRITTEN


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        raise RushesError(
            Code.PATH_NOT_FOUND if gone else Code.PATH_UNREADABLE,
            f"The checkpoint {escape(str(path))} cannot be read: {error.strerror or error}.",
        ) from error
