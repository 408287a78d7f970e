"""One run of `rushes qc verify`: what was asked for, gone through, and told to a sheet."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rushes import bootstrap
from rushes.cli.qc.choosing import chosen
from rushes.cli.qc.gone import without_media
from rushes.cli.qc.options import absolute_sidecar_root
from rushes.cli.qc.verify_sheet import VerifySheet
from rushes.cli.qc.witnesses import Witnesses
from rushes.cli.session import Session
from rushes.core.escape import escape
from rushes.model.files import FoundFolder
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.qc.bench import everything
from rushes.qc.verify import Verifying
from rushes.scan.roots import Root


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRun:
    """The options of the command; `go` does what they say."""

    session: Session
    paths: tuple[Path, ...]
    quick: bool
    every: bool
    checkpoints: tuple[Path, ...]
    database: bool

    def go(self, sheet: VerifySheet, progress: Progress) -> None:
        """Verify what is there, and what only records are left of."""
        settings = self.session.settings
        records_root = absolute_sidecar_root(self.session)
        with closing(bootstrap.executor(settings)) as executor:
            made = partial(
                Verifying,
                trust=bootstrap.trust(settings),
                executor=executor,
                sidecar_root=records_root,
                quick=self.quick,
                every=self.every,
                progress=progress,
            )
            there, gone = without_media(self.paths, settings, records_root)
            for root, name in gone:
                run = made(root, named=frozenset({name}))
                for one in run.run([FoundFolder(root.below)]):
                    sheet.take(root, one)
                sheet.end(0, run.problems)
            self._there(there, made, sheet, executor=executor, progress=progress)

    def _there(
        self,
        paths: tuple[Path, ...],
        made: partial[Verifying],
        sheet: VerifySheet,
        *,
        executor: Executor,
        progress: Progress,
    ) -> None:
        settings = self.session.settings
        for root, walked, wanted in chosen(
            paths, (), settings, executor=executor, progress=progress
        ):
            run = made(root, wanted=wanted)
            for one in run.run(walked):
                sheet.take(root, one)
            if wanted is everything:
                self._witnessed(root, run, sheet)
            sheet.end(run.bare, run.problems)

    def _witnessed(self, root: Root, run: Verifying, sheet: VerifySheet) -> None:
        """Hold a whole folder against checkpoints, and the database where that is asked."""
        settings = self.session.settings
        others = {escape(str(bootstrap.root(path, settings).path)) for path in self.paths}
        witnesses = Witnesses(self.session, run, bootstrap.trust(settings), others)
        for one in witnesses.by_checkpoints(self.checkpoints):
            sheet.take(root, one)
        for one in witnesses.by_database() if self.database else ():
            sheet.take(root, one)
        sheet.sealed += witnesses.used
