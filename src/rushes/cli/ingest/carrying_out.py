"""A plan of an ingest carried out, with everything open that it is written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from rushes import bootstrap
from rushes.cli.ingest.running import BOOK, Run
from rushes.cli.qc.options import Given as QcGiven
from rushes.core.escape import escape
from rushes.exchange import book
from rushes.exchange.applying import Applied, Applying
from rushes.exchange.following import Following
from rushes.exchange.lot import Lot
from rushes.exchange.plan import check_ready
from rushes.exchange.recording import Recorder
from rushes.exchange.telling import Story, applied_story
from rushes.model.finding import Finding, Severity
from rushes.ports.studio import Studio
from rushes.qc.bench import Crawled
from rushes.qc.mirror import Mirror
from rushes.scan.roots import Root
from rushes.transfer.apply import Effort
from rushes.transfer.ledger import opened as opened_ledger

_LEDGERS = "ledgers"


def carried_out(run: Run, studio: Studio) -> Story:
    """Plan and apply, with this drop's page of the book open."""
    order, above = run.order, run.session.settings.data_dir / BOOK
    asked = {
        "drop": escape(order.drop_name),
        "show": order.show,
        "target": escape(order.target_name),
        "options": run.given.wish.row(),
    }
    with book.opened(above, asked) as page, ExitStack() as open_:
        ledger = open_.enter_context(
            opened_ledger(above / _LEDGERS, order.drop_name, order.target_name)
        )
        planning = run.planning(studio)
        planning.ledger, planning.note = ledger, page.measured
        if run.given.resume:
            planning.measures = page.measures
        made = planning.plan(order)
        check_ready(made)
        work = open_.enter_context(closing(bootstrap.work(run.session.settings)))
        recorder = Recorder(made, studio, work, run.session.actor, page.number)
        with _follow(run) as follow:
            applying = Applying(
                made,
                recorder,
                ledger,
                page,
                follow,
                Effort(run.given.wish.at_once),
                progress=run.watched,
            )
            applied = applying.run()
        story = applied_story(applied, page.number)
        page.end(_state(applied), story.row())
        return story


@contextmanager
def _follow(run: Run) -> Iterator[_Beside]:
    """What writes sidecars and hash lists; the database's mirror of the former."""
    settings = run.session.settings
    mirror = Mirror(lambda: bootstrap.sign_offs(settings), run.session.actor)

    def written(root: Root, one: Crawled) -> None:
        for outcome in one.outcomes:
            if outcome.sidecar is not None:
                mirror.take(root, one.folder, outcome.asset.name, outcome.sidecar)

    following = Following(
        bootstrap.storage(),
        run.order.target_name,
        bootstrap.rules(settings),
        run.executor,
        QcGiven(None, None, xattr=False, dry_run=False).order(run.session, result=None),
        bootstrap.walk_options(settings, full=True),
        comment=f"Ingested from {escape(run.order.drop_name)}",
        written=written,
    )
    try:
        yield _Beside(following, far=run.order.target.storage.is_far())
    finally:
        # What the database does not have of them, `rushes qc rebuild` gives it later.
        mirror.close()


@dataclass(frozen=True, slots=True)
class _Beside:
    """Writes beside a lot where that lies on this machine."""

    following: Following
    far: bool

    def __call__(self, lot: Lot) -> list[Finding]:
        if not self.far:
            return self.following(lot)
        said = "Sidecars and hash lists are written only beside what lies on this machine."
        return [Finding("ingest.far", Severity.NOTE, escape(lot.place), said)]

    def lacks(self, lot: Lot) -> bool:
        """Whether something is missing that could be written."""
        return not self.far and self.following.lacks(lot)


def _state(applied: Applied) -> str:
    """How the run ended, for the book."""
    if any(one.fate.value == "failed" or one.unfollowed for one in applied.done):
        return book.PARTIAL
    refused = any(one.fate.value == "refused" for one in applied.done)
    return book.REFUSED if refused or applied.made.drop.aside else book.DONE
