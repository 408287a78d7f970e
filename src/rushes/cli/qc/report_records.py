"""The records that a report or a history tells of, found by the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.cli.progress import progress
from rushes.cli.qc.options import absolute_sidecar_root
from rushes.cli.session import Session
from rushes.cli.surveying import roots
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.signoff import Result
from rushes.qc.order import records_place
from rushes.qc.places import Mode
from rushes.qc.report.content import Only, QcReport
from rushes.qc.report.gather import Tree, gathered
from rushes.scan.roots import Root


@dataclass(frozen=True, slots=True)
class Asked:
    """The paths that were given, and what the report is limited to."""

    paths: tuple[Path, ...]
    only: Only


def only(result: str | None, since: str | None) -> Only:
    """What a report is limited to by its options. Raises `usage`."""
    return Only(
        Result(result) if result is not None else None,
        _since(since) if since is not None else None,
    )


def records_of(root: Root, session: Session) -> Path:
    """Where the records of assets that lie right in the root's mount are kept."""
    return records_place(root, PurePosixPath("."), absolute_sidecar_root(session))


def read(asked: Asked, session: Session) -> QcReport:
    """What the records say. Raises `path.not_found`, and `nothing.found` where there is none."""
    settings = session.settings
    trees = [Tree(root, records_of(root, session)) for root in roots(asked.paths, settings)]
    if settings.qc.sidecar_root is not None:
        for tree in trees:
            _has_records(tree)
    with progress("records") as watched:
        report = gathered(
            trees,
            bootstrap.layout(settings),
            made=clock.now(),
            mode=Mode(settings.qc.sidecar_mode),
            only=asked.only,
            progress=watched,
        )
    if not report.assets and not report.others and not report.unreadable:
        raise nothing(", ".join(report.trees))
    return report


def nothing(where: str) -> RushesError:
    """The error for a place without records."""
    return RushesError(
        Code.NOTHING_FOUND,
        f"There is no record of any quality check in {where}; nothing was written.",
        hint="`rushes qc crawl` makes the first. If records are kept apart, name --sidecar-root.",
    )


def _has_records(tree: Tree) -> None:
    if not (tree.records / tree.root.below).is_dir():
        raise nothing(escape(str(tree.root.path)))


def _since(text: str) -> datetime:
    moment = clock.meant(text, by=clock.now())
    if moment is None:
        raise RushesError(
            Code.USAGE,
            f"{text!r} is neither a date nor a time ago.",
            hint="Write 2026-11-20, 2026-11-20T18:00 (UTC), 12h or 7d.",
        )
    return moment
