"""One drop taken in: planned, and carried out where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rushes import bootstrap
from rushes.cli.ingest.options import Given
from rushes.cli.ingest.ordering import ordered
from rushes.cli.naming_sheet import templates_of
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.exchange.plan import Order, Planning, check_ready
from rushes.exchange.telling import Story, planned_story
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.ports.studio import Studio

BOOK = "ingests"


def take_in(session: Session, given: Given) -> Story:
    """Plan one drop and, unless it is a dry run, carry the plan out.

    Raises what planning and applying raise, and `lock.unavailable` where another run has the drop.
    """
    _check_records(session, given)
    order = ordered(session, given)
    with (
        _studio(session, given) as studio,
        closing(bootstrap.executor(session.settings)) as executor,
        progress("ingesting") as watched,
    ):
        run = Run(session, given, order, executor, watched)
        if given.dry_run:
            made = run.planning(studio).plan(order)
            check_ready(made)
            return planned_story(made)
        assert studio is not None
        from rushes.cli.ingest.carrying_out import carried_out  # what a dry run has no need of

        return carried_out(run, studio)


@dataclass(frozen=True, slots=True)
class Run:
    """All that one run works with."""

    session: Session
    given: Given
    order: Order
    executor: Executor
    watched: Progress

    def planning(self, studio: Studio | None) -> Planning:
        """The way to a plan that writes nothing."""
        settings = self.session.settings
        return Planning(
            templates_of(settings, self.given.wish.like),
            bootstrap.rules(settings),
            self.executor,
            studio=studio,
            workers=settings.scan.workers,
            progress=self.watched,
        )


@contextmanager
def _studio(session: Session, given: Given) -> Iterator[Studio | None]:
    if given.no_db:
        yield None
        return
    with closing(bootstrap.studio(session.settings)) as studio:
        yield studio


def _check_records(session: Session, given: Given) -> None:
    """Refuse what cannot be: an ingest without records, a look into records that are not there."""
    if given.quick and not given.dry_run:
        raise RushesError(
            Code.USAGE,
            "--quick opens no file, and nothing is taken in that nobody looked at.",
            hint="Use it with --dry-run.",
        )
    if given.no_db:
        if given.dry_run:
            return
        raise RushesError(
            Code.USAGE,
            "Without records there is nothing to ingest into.",
            hint="Use --no-db with --dry-run, to look at names and manifests alone.",
        )
    settings = session.settings
    if settings.tracking.backend != "database":
        raise RushesError(
            Code.USAGE,
            "Versions are kept in the studio's records, and tracking.backend is json.",
            hint="Set tracking.backend to database.",
        )
    if not bootstrap.database_known(settings):
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            "There are no records yet, so nothing can be ingested.",
            hint="Make the show with `rushes show create`.",
        )


def book_of(session: Session) -> Path:
    """Where ingests are remembered."""
    return session.settings.data_dir / BOOK
