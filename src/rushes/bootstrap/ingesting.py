"""One drop taken in, with everything open that it is read from and written to.

The command line and the worker of the server do it by this, and so alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rushes import bootstrap
from rushes.bootstrap.ingest_order import ingest_order
from rushes.bootstrap.ingest_trackers import telling, trackers_of
from rushes.bootstrap.naming import templates_of
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.exchange import book
from rushes.exchange.applying import Applied, Applying, Follow
from rushes.exchange.following import Following, Written
from rushes.exchange.following_far import FollowingFar
from rushes.exchange.on_record import OnRecord, begun, new_ingest, on_record, story_end
from rushes.exchange.plan import Order, Planning, check_ready
from rushes.exchange.recording import Recorder
from rushes.exchange.roster import project_of
from rushes.exchange.telling import Story, applied_story, planned_story
from rushes.exchange.wish import Given
from rushes.model.movement import Movement
from rushes.model.scan import Actor
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import Facts
from rushes.ports.studio import Studio
from rushes.publish.components import ALGORITHM
from rushes.qc.bench import Crawled
from rushes.qc.mirror import Mirror
from rushes.qc.order import Order as QcOrder
from rushes.qc.places import Mode
from rushes.scan.roots import Root
from rushes.transfer.ledger import opened as opened_ledger
from rushes.transfer.outcome import Effort

BOOK = "ingests"
_LEDGERS = "ledgers"
Ask = Callable[[str], "str | None"]


@dataclass(frozen=True)
class Ingesting:
    """One run. `ask` is for the passphrase of a locked key, `movement` what it is on record as
    where somebody has asked for it there.
    """

    settings: Settings
    given: Given
    order: Order
    actor: Actor
    ask: Ask | None = None
    movement: Movement | None = None

    def run(self, progress: Progress) -> Story:
        """Plan the drop and, unless it is a dry run, carry the plan out.

        Raises what planning and applying raise, and `lock.unavailable` where another run has it.
        """
        with (
            self._studio() as studio,
            closing(bootstrap.executor(self.settings)) as executor,
        ):
            if not self.given.dry_run:
                assert studio is not None
                return self._carried_out(studio, executor, progress)
            made = self._planning(studio, executor, progress).plan(self.order)
            check_ready(made)
            return planned_story(made)

    def _carried_out(self, studio: Studio, executor: Executor, progress: Progress) -> Story:
        """The same with this drop's page of the book open, and on record."""
        order, above = self.order, book_of(self.settings)
        key = self.movement.key if self.movement is not None else ""
        with (
            book.opened(above, self._asked, key=key) as page,
            self._on_record(page, studio, progress) as record,
            opened_ledger(above / _LEDGERS, order.drop_name, order.target_name) as ledger,
            trackers_of(self.settings) as trackers,
        ):
            planning = self._planning(studio, executor, record.progress)
            planning.ledger, planning.note = ledger, page.measured
            if self.given.resume:
                planning.measures = page.measures
            made = planning.plan(order)
            check_ready(made)
            with (
                closing(bootstrap.work(self.settings)) as work,
                telling(self.settings, trackers, studio, show=made.show, actor=self.actor) as tell,
                self._follow(executor, made.drop.files) as follow,
            ):
                recorder = Recorder(made, studio, work, self.actor, page.number, page.key)
                applying = Applying(
                    made,
                    recorder,
                    ledger,
                    page,
                    follow,
                    Effort(self.given.wish.at_once, order.rate),
                    terms=order.terms._replace(algorithms=(ALGORITHM,)),
                    progress=record.progress,
                )
                if tell is not None:
                    applying.keep = tell.keep
                applied = applying.run()
                told = tell.send() if tell is not None else {}
            story, state = applied_story(applied, page.number, told), _state(applied)
            record.ended = story_end(story, state)
            page.end(state, story.row())
            return story

    @contextmanager
    def _on_record(self, page: book.Page, studio: Studio, progress: Progress) -> Iterator[OnRecord]:
        """The movement, which is begun unless it is one that somebody asked for."""
        with closing(bootstrap.movements(self.settings)) as movements:

            def begin() -> Movement:
                if self.movement is not None:
                    return self.movement
                new = new_ingest(
                    page.key,
                    project_of(studio, self.order.show).id,
                    drop=self.order.drop_name,
                    wish=self.given.wish,
                    order=self._asked,
                )
                return begun(movements, new, actor=self.actor)

            with on_record(movements, begin, progress, actor=self.actor) as record:
                yield record

    @cached_property
    def _asked(self) -> dict[str, object]:
        """What was asked for, and enough to do it again."""
        return {
            "drop": escape(self.order.drop_name),
            "show": self.order.show,
            "target": escape(self.order.target_name),
            "options": self.given.wish.row(),
        }

    def _planning(self, studio: Studio | None, executor: Executor, progress: Progress) -> Planning:
        """The way to a plan that writes nothing."""
        settings = self.settings
        return Planning(
            templates_of(settings, self.given.wish.like),
            bootstrap.rules(settings),
            executor,
            bootstrap.place,
            studio=studio,
            workers=settings.scan.workers,
            progress=progress,
        )

    @contextmanager
    def _studio(self) -> Iterator[Studio | None]:
        if self.given.no_db:
            yield None
            return
        with closing(bootstrap.studio(self.settings)) as studio:
            yield studio

    @contextmanager
    def _follow(self, executor: Executor, files: Mapping[str, Facts]) -> Iterator[Follow]:
        """What writes sidecars and hash lists, on this machine or in a bucket."""
        order, comment = self.order, f"Ingested from {escape(self.order.drop_name)}"
        quality = self._quality_order()
        if order.target.storage.is_far():
            yield FollowingFar(
                order.target, order.target_name, quality, files, terms=order.terms, comment=comment
            )
            return
        with self._mirrored() as written:
            yield Following(
                bootstrap.storage(),
                order.target_name,
                bootstrap.rules(self.settings),
                executor,
                quality,
                bootstrap.walk_options(self.settings, full=True),
                comment=comment,
                written=written,
            )

    @contextmanager
    def _mirrored(self) -> Iterator[Written]:
        """Takes sidecars into the database's mirror. What lies in a bucket is none of it: nobody
        can check it there.
        """
        mirror = Mirror(lambda: bootstrap.sign_offs(self.settings), self.actor)

        def written(root: Root, one: Crawled) -> None:
            for outcome in one.outcomes:
                if outcome.sidecar is not None:
                    mirror.take(root, one.folder, outcome.asset.name, outcome.sidecar)

        try:
            yield written
        finally:
            # What the database does not have of them, `rushes qc rebuild` gives it later.
            mirror.close()

    def _quality_order(self) -> QcOrder:
        """How what was ingested is recorded beside it: it has no result yet."""
        qc = self.settings.qc
        root = qc.sidecar_root
        return QcOrder(
            operator=_clean(self.actor.on_behalf_of or self.actor.name),
            mode=Mode(qc.sidecar_mode),
            policy_version=_clean(qc.policy_version) if qc.policy_version is not None else None,
            algorithm=qc.algorithm,
            signer=bootstrap.signer(self.settings, self.ask),
            sidecar_root=root.expanduser().absolute() if root is not None else None,
        )


def ingesting(
    settings: Settings,
    given: Given,
    *,
    actor: Actor,
    ask: Ask | None = None,
    movement: Movement | None = None,
) -> Ingesting:
    """A run about to begin. Raises `usage`, `path.not_found`, `record.not_found`,
    `settings.invalid` and `policy.unknown`.
    """
    _check_records(settings, given)
    order = ingest_order(settings, given)
    return Ingesting(settings, given, order, actor, ask, movement)


def book_of(settings: Settings) -> Path:
    """Where the ingests of this machine are remembered."""
    return settings.data_dir / BOOK


def _check_records(settings: Settings, given: Given) -> None:
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


def _state(applied: Applied) -> str:
    """How the run ended, for the book."""
    if any(one.fate.value == "failed" or one.unfollowed for one in applied.done):
        return book.PARTIAL
    refused = any(one.fate.value == "refused" for one in applied.done)
    return book.REFUSED if refused or applied.made.drop.aside else book.DONE


def _clean(text: str) -> str:
    """The text with bytes that are no UTF-8 written out: records hold none."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
