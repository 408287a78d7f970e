"""One delivery from its options to its end: planned, and carried out where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rushes import bootstrap
from rushes.cli import s3_terms
from rushes.cli.deliver.options import Wish
from rushes.cli.deliver.ordering import ordered
from rushes.cli.naming_sheet import templates_of
from rushes.cli.progress import progress
from rushes.cli.qc.options import absolute_sidecar_root
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, studio
from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.delivery import book
from rushes.exchange.delivery.checking import Checking
from rushes.exchange.delivery.choosing import Choosing
from rushes.exchange.delivery.made import Delivered
from rushes.exchange.delivery.media import Opening, media_of
from rushes.exchange.delivery.naming import Naming, template_for
from rushes.exchange.delivery.order import Order
from rushes.exchange.delivery.plan import Planned, Planning
from rushes.exchange.delivery.run import Delivering
from rushes.exchange.delivery.target import Target, in_media
from rushes.exchange.delivery.telling import Story
from rushes.exchange.delivery.vouching import Vouching
from rushes.ports.movements import Movements
from rushes.ports.progress import Progress
from rushes.ports.studio import Studio
from rushes.tracking.shows.folder_wishes import root_of
from rushes.tracking.shows.state import Show
from rushes.transfer.learning import Place
from rushes.transfer.ledger import opened
from rushes.transfer.package.book import Book
from rushes.transfer.package.packing import pack

BOOK = "deliveries"
_LEDGERS = "ledgers"
MANIFEST = "rushes.delivery-manifest/1"


def deliver(session: Session, wish: Wish) -> Story:
    """Plan one delivery and, unless it is a dry run, carry the plan out.

    Raises what planning and delivering raise, and `lock.unavailable` where another run makes it.
    """
    s3_terms.use_endpoint(wish.endpoint)
    order = ordered(session, wish)
    with (
        studio(session) as records,
        closing(bootstrap.movements(session.settings)) as movements,
        progress("delivering") as watched,
    ):
        run = Run(session, wish, order, records, movements, watched)
        planning = run.planning()
        if wish.dry_run:
            plan = planning.plan(order, dry_run=True)
            check_apart(plan)
            return Story(Delivered(plan), dry_run=True)
        return Story(run.carried_out(planning))


@dataclass(frozen=True, slots=True)
class Run:
    """All that one run works with."""

    session: Session
    wish: Wish
    order: Order
    studio: Studio
    movements: Movements
    watched: Progress

    def planning(self) -> Planning:
        """The way to a plan, which writes nothing."""
        opening = opened_by(self.wish.profile)
        return Planning(
            Choosing(self.studio, ACCESS),
            lambda show: self._checking(show, opening),
            self._naming,
            self.movements,
        )

    def carried_out(self, planning: Planning) -> Delivered:
        """Plan and deliver, with this order's page of the book open.

        Where a file turns out to be another while it is packed, all of them are read, so that its
        Version is refused by name.
        """
        above = self.session.settings.data_dir / BOOK
        with book.opened(above, self.order) as page, ExitStack() as open_:
            plan = planning.plan(self.order, dry_run=False)
            check_apart(plan)
            delivering = self._delivering(page, open_)
            try:
                return delivering.deliver(plan)
            except RushesError as error:
                if error.code is not Code.CHANGED_MEANWHILE or self.order.check:
                    raise
                again = planning.plan(replace(self.order, check=True), dry_run=False)
                if len(again.refused) == len(plan.refused):
                    raise
                return delivering.deliver(again)

    def _delivering(self, page: book.Page, open_: ExitStack) -> Delivering:
        opening = opened_by(self.wish.profile)
        above = self.session.settings.data_dir / BOOK / _LEDGERS

        @cache
        def stored(target: Target) -> Book:
            return open_.enter_context(opened(above, self.order.number, target.root))

        return Delivering(
            self.movements,
            self.session.actor,
            opening,
            opening,
            pack,
            stored,
            page,
            self.watched,
            sender=self.session.settings.deliver.sender or "",
            schema=MANIFEST,
            write=self._write,
        )

    def _checking(self, show: Show, opening: Opening) -> Checking:
        settings = self.session.settings
        return Checking(
            media_of(show, opening, _here(show, settings.shows_root)),
            Vouching(
                self.order.sign_off,
                bootstrap.trust(settings),
                absolute_sidecar_root(self.session),
            ),
            opening,
            self.watched,
            self.order.at_once,
        )

    def _naming(self, show: Show) -> Naming:
        settings = self.session.settings
        found = template_for(
            show, self.order.context, settings.deliver.templates, templates_of(settings, None)
        )
        return Naming(found, settings.deliver.sender or "")

    def _write(self, papers: Mapping[str, bytes]) -> Sequence[Path]:
        """Both manifests for the house, where they were asked for."""
        stem = self.wish.manifest
        if stem is None:
            return ()
        made = []
        for ending, data in papers.items():
            made.append(stem.with_name(f"{stem.name}{ending}"))
            atomic.write_bytes(made[-1], data)
        return made


def check_apart(plan: Planned) -> None:
    """Refuse a package that would lie among the media that it is made of: `usage`."""
    folders = {one.folder for item in plan.going for one in item.parts}
    if inside := in_media(plan.order, folders):
        raise RushesError(
            Code.USAGE,
            f"The package would lie in {escape(inside)}, among the media.",
            hint="Name a place outside of it: --output.",
        )


def opened_by(profile: str) -> Opening:
    """What opens folders as that profile of AWS's sees them; each once."""

    @cache
    def opening(name: str) -> Place:
        return s3_terms.place(name, profile) if "://" in name else bootstrap.place(name)

    return opening


@contextmanager
def on_record(session: Session) -> Iterator[Movements]:
    """The deliveries on record. Raises `record.not_found` where there are no records at all."""
    if not bootstrap.database_known(session.settings):
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            "There are no records yet, so nothing was delivered.",
            hint="rushes show create CODE makes a show.",
        )
    with closing(bootstrap.movements(session.settings)) as movements:
        yield movements


def _here(show: Show, shows_root: Path | None) -> str:
    """The show's folder on this machine; empty where nothing tells."""
    try:
        return str(root_of(show, at=None, shows_root=shows_root))
    except RushesError:
        return ""
