"""A delivery with everything open that it is made of and written to, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from rushes import bootstrap
from rushes.bootstrap.naming import templates_of
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.exchange.beating import Beating
from rushes.exchange.delivery import book
from rushes.exchange.delivery.checking import Checking
from rushes.exchange.delivery.choosing import Choosing
from rushes.exchange.delivery.made import TERMS, Delivered
from rushes.exchange.delivery.media import Opening, media_of
from rushes.exchange.delivery.naming import Naming, template_for
from rushes.exchange.delivery.order import Order
from rushes.exchange.delivery.plan import Planned, Planning
from rushes.exchange.delivery.recording import unmade
from rushes.exchange.delivery.run import Delivering
from rushes.exchange.delivery.target import Target, check_output, in_media
from rushes.exchange.delivery.vouching import Vouching
from rushes.model.movement import Movement
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import Terms
from rushes.ports.studio import Access, Studio
from rushes.tracking.shows.folder_wishes import root_of
from rushes.tracking.shows.state import Show
from rushes.transfer.ledger import opened as opened_ledger
from rushes.transfer.package.book import Book
from rushes.transfer.package.packing import pack

MANIFEST = "rushes.delivery-manifest/1"
_ALL = Access(everything=True)
_BOOK, _LEDGERS = "deliveries", "ledgers"


@dataclass(frozen=True, slots=True)
class Run:
    """All that one run works with.

    `opening` opens folders and buckets, `write` puts a manifest for this house on disk. `asked` is
    the movement of one that was asked for: it is on record, and told how far it is, already.
    `terms` are how what is made is kept, `rate` how many bytes go to a bucket in a second (0: no
    limit). `begun` is when somebody set it off: what another run of
    the same order made since is not made a second time.
    """

    settings: Settings
    order: Order
    studio: Studio
    movements: Movements
    actor: Actor
    watched: Progress
    opening: Opening
    write: Callable[[Mapping[str, bytes]], Sequence[Path]] = lambda _papers: ()
    asked: Movement | None = None
    terms: Terms = TERMS
    rate: int = 0
    begun: datetime | None = None

    def planned(self) -> Planned:
        """What would leave; nothing is written."""
        plan = self._planning().plan(self.order, dry_run=True)
        _check_apart(plan)
        return plan

    def carried_out(self) -> Delivered:
        """Plan and deliver, with this order's page of the book open.

        Where a file turns out to be another while it is packed, all of them are read, so that its
        Version is refused by name. Raises what planning and delivering raise, and
        `lock.unavailable` where another run makes it.
        """
        planning, above = self._planning(), self.settings.data_dir / _BOOK
        with book.opened(above, self.order, begun=self.begun) as page, ExitStack() as open_:
            if self.asked is not None:
                page.key = self.asked.key
            plan = planning.plan(self.order, dry_run=False)
            _check_apart(plan)
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

    def _planning(self) -> Planning:
        return Planning(Choosing(self.studio, _ALL), self._checking, self._naming, self.movements)

    def _delivering(self, page: book.Page, open_: ExitStack) -> Delivering:
        above = self.settings.data_dir / _BOOK / _LEDGERS

        @cache
        def stored(target: Target) -> Book:
            return open_.enter_context(opened_ledger(above, self.order.number, target.root))

        return Delivering(
            self.movements,
            self.actor,
            self.opening,
            self.opening,
            pack,
            stored,
            page,
            self.watched,
            sender=self.settings.deliver.sender or "",
            schema=MANIFEST,
            write=self.write,
            asked=self.asked,
            terms=self.terms,
            rate=self.rate,
        )

    def _checking(self, show: Show) -> Checking:
        settings = self.settings
        root = settings.qc.sidecar_root
        return Checking(
            media_of(show, self.opening, _here(show, settings)),
            Vouching(
                self.order.sign_off,
                bootstrap.trust(settings),
                root.expanduser().absolute() if root is not None else None,
            ),
            self.opening,
            self.watched,
            self.order.at_once,
        )

    def _naming(self, show: Show) -> Naming:
        settings = self.settings
        found = template_for(
            show, self.order.context, settings.deliver.templates, templates_of(settings, None)
        )
        return Naming(found, settings.deliver.sender or "")


def delivered(settings: Settings, movement: Movement, order: Order, *, actor: Actor) -> None:
    """Make the delivery that was asked for; its end is on record. Raises as `Run` does."""
    check_output(order)
    with (
        closing(bootstrap.studio(settings)) as studio,
        closing(bootstrap.movements(settings)) as movements,
    ):
        beating = Beating(Silent(), movements, movement.id, actor=actor)
        opening = cache(bootstrap.place)
        try:
            run = Run(settings, order, studio, movements, actor, beating, opening, asked=movement)
            came = run.carried_out()
        finally:
            beating.stop()
        if came.movement is None:
            movements.end(movement.id, unmade(came.plan), actor=actor)


def _check_apart(plan: Planned) -> None:
    """Refuse a package that would lie among the media that it is made of: `usage`."""
    folders = {one.folder for item in plan.going for one in item.parts}
    if inside := in_media(plan.order, folders):
        raise RushesError(
            Code.USAGE,
            f"The package would lie in {escape(inside)}, among the media.",
            hint="Name a place outside of it.",
        )


def _here(show: Show, settings: Settings) -> str:
    """The show's folder on this machine; empty where nothing tells."""
    try:
        return str(root_of(show, at=None, shows_root=settings.shows_root))
    except RushesError:
        return ""
