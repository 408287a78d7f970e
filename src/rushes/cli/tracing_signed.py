"""The sign-offs that a trace tells: beside the file, where its bytes come from, and mirrored."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.cli.qc.history_target import found_records
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import unescape
from rushes.exchange.trace_file import Traced, pattern_of
from rushes.exchange.trace_model import Trace
from rushes.exchange.trace_signed import SignedTrace
from rushes.ports.records import every
from rushes.ports.signoffs import AssetAt, MirroredRecord
from rushes.publish.components import ALGORITHM
from rushes.qc.kept import Kept

_MOST = 20  # places that bytes come from, of which sign-offs are looked for


@dataclass
class Signatures:
    """Looks for them wherever the file lies, or is on record to come from."""

    session: Session
    into: Trace
    verify: bool

    def of(self, file: Traced) -> None:
        """Tell those of the file at its path, and those of its bytes at other paths."""
        if file.is_here:
            self._at(file, verify=self.verify, elsewhere=False)
        for origin in list(file.origins)[:_MOST]:
            path = unescape(origin)
            if path == file.path or "://" in path or not os.path.isabs(path):
                continue
            digests = {ALGORITHM: file.sought} if file.sought else {}
            # Of the frames beside it there, nothing is said: they are not what is traced.
            there = Traced(path, there=False, digests=digests, pattern=pattern_of(Path(path).name))
            self._at(there, verify=False, elsewhere=True)

    def _at(self, file: Traced, *, verify: bool, elsewhere: bool) -> None:
        trust = bootstrap.trust(self.session.settings)
        signed = SignedTrace(file, self.into, trust, verify, elsewhere)
        signed.run(self._kept(file), self._mirrored(file))

    def _kept(self, file: Traced) -> list[Kept]:
        """The sidecars of the file, or of the sequence that it is a frame of."""
        try:
            return found_records(Path(file.path), self.session)
        except RushesError as error:
            if error.code in (Code.NOTHING_FOUND, Code.PATH_NOT_FOUND):
                return []
            raise

    def _mirrored(self, file: Traced) -> list[MirroredRecord]:
        """What the database knows of them besides: records whose sidecar is gone."""
        settings = self.session.settings
        if not bootstrap.database_known(settings):
            return []
        found: list[MirroredRecord] = []
        try:
            with closing(bootstrap.sign_offs(settings)) as opened:
                whole = PurePosixPath(file.path)
                for mount in opened.mounts():
                    if not whole.is_relative_to(mount):
                        continue
                    folder = whole.parent.relative_to(mount)
                    for name in dict.fromkeys((whole.name, file.pattern)):
                        asset = AssetAt(mount, folder, name)
                        found += every(
                            lambda page, asset=asset: opened.history(asset, page=page)  # type: ignore[misc]
                        )
        except RushesError as error:
            self.into.unread.append(f"Mirrored sign-offs could not be asked: {error.message}")
        return found
