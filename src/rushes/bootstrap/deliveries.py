"""A delivery that was asked for, with everything open that it is made of and written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from rushes import bootstrap
from rushes.bootstrap.naming import templates_of
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.exchange.beating import Beating
from rushes.exchange.delivery import book
from rushes.exchange.delivery.checking import Checking
from rushes.exchange.delivery.choosing import Choosing
from rushes.exchange.delivery.made import Delivered
from rushes.exchange.delivery.media import media_of
from rushes.exchange.delivery.naming import Naming, template_for
from rushes.exchange.delivery.order import Order, Selection, Shape, SignOff
from rushes.exchange.delivery.plan import Planned, Planning
from rushes.exchange.delivery.run import Delivering
from rushes.exchange.delivery.target import Target, check_output, in_media
from rushes.exchange.delivery.vouching import Vouching
from rushes.model.movement import Movement, MovementEnd, MovementState, NewMovement
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.progress import Progress, Silent
from rushes.ports.studio import Access, Studio
from rushes.tracking.shows.folder_wishes import root_of
from rushes.tracking.shows.state import Show
from rushes.transfer.ledger import opened as opened_ledger
from rushes.transfer.package.book import Book
from rushes.transfer.package.packing import pack

_ALL = Access(everything=True)
_BOOK, _LEDGERS = "deliveries", "ledgers"
_MANIFEST = "rushes.delivery-manifest/1"


def delivered(settings: Settings, movement: Movement, order: Order, *, actor: Actor) -> None:
    """Make the delivery; its end is on record. Raises what planning and delivering raise, and
    `lock.unavailable` where another run makes it.
    """
    check_output(order)
    with (
        closing(bootstrap.studio(settings)) as studio,
        closing(bootstrap.movements(settings)) as movements,
    ):
        beating = Beating(Silent(), movements, movement.id, actor=actor)
        try:
            run = _Run(settings, order, studio, movements, movement, actor, beating)
            came = run.carried_out()
        finally:
            beating.stop()
        if came.movement is None:
            movements.end(movement.id, _unmade(came.plan), actor=actor)


def order_of(row: Mapping[str, Any]) -> Order:
    """The order of which this is the `row`."""
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row["selection"].items()
    }
    return Order(
        **{
            **row,
            "selection": Selection(**chosen),
            "shape": Shape(row["shape"]),
            "sign_off": SignOff(row["sign_off"]),
        }
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """All that one run works with."""

    settings: Settings
    order: Order
    studio: Studio
    movements: Movements
    movement: Movement
    actor: Actor
    watched: Progress

    def carried_out(self) -> Delivered:
        """Plan and deliver, with this order's page of the book open.

        Where a file turns out to be another while it is packed, all of them are read, so that its
        Version is refused by name.
        """
        planning = Planning(
            Choosing(self.studio, _ALL), self._checking, self._naming, self.movements
        )
        above = self.settings.data_dir / _BOOK
        with book.opened(above, self.order) as page, ExitStack() as open_:
            page.key = self.movement.key
            plan = planning.plan(self.order, dry_run=False)
            self._check_apart(plan)
            try:
                return self._delivered(plan, page, open_)
            except RushesError as error:
                if error.code is not Code.CHANGED_MEANWHILE or self.order.check:
                    raise
                again = planning.plan(replace(self.order, check=True), dry_run=False)
                if len(again.refused) == len(plan.refused):
                    raise
                return self._delivered(again, page, open_)

    def _delivered(self, plan: Planned, page: book.Page, open_: ExitStack) -> Delivered:
        above = self.settings.data_dir / _BOOK / _LEDGERS

        @cache
        def stored(target: Target) -> Book:
            return open_.enter_context(opened_ledger(above, self.order.number, target.root))

        asked: Any = _Asked(self.movements, self.movement)
        return Delivering(
            asked,
            self.actor,
            bootstrap.place,
            bootstrap.place,
            pack,
            stored,
            page,
            self.watched,
            sender=self.settings.deliver.sender or "",
            schema=_MANIFEST,
        ).deliver(plan)

    def _checking(self, show: Show) -> Checking:
        settings = self.settings
        root = settings.qc.sidecar_root
        return Checking(
            media_of(show, bootstrap.place, _here(show, settings)),
            Vouching(
                self.order.sign_off,
                bootstrap.trust(settings),
                root.expanduser().absolute() if root is not None else None,
            ),
            bootstrap.place,
            self.watched,
            self.order.at_once,
        )

    def _naming(self, show: Show) -> Naming:
        settings = self.settings
        found = template_for(
            show, self.order.context, settings.deliver.templates, templates_of(settings, None)
        )
        return Naming(found, settings.deliver.sender or "")

    def _check_apart(self, plan: Planned) -> None:
        """Refuse a package that would lie among the media that it is made of."""
        folders = {one.folder for item in plan.going for one in item.parts}
        if inside := in_media(self.order, folders):
            raise RushesError(
                Code.USAGE,
                f"The package would lie in {inside}, among the media.",
                hint="Name a place outside of it.",
            )


class _Asked:
    """Movements of which one was begun by somebody else: to begin it again would take back that it
    was cancelled a moment ago.
    """

    def __init__(self, movements: Movements, held: Movement) -> None:
        self._movements = movements
        self._held = held

    def __getattr__(self, name: str) -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(self._movements, name)
        return found

    def begin(self, new: NewMovement, *, actor: Actor) -> Movement:
        """The one that was begun."""
        if new.key != self._held.key:
            return self._movements.begin(new, actor=actor)
        return self._held


def _unmade(plan: Planned) -> MovementEnd:
    """What came of one that made no package: all was refused, or they have it already."""
    counts = {"refused": len(plan.refused), "had_before": len(plan.had)}
    refused = [{"version": one.name, "why": one.refused} for one in plan.refused]
    if plan.halted:
        told = f"Nothing was delivered: {len(refused):,} of its Versions are no good."
        return MovementEnd(MovementState.REFUSED, counts, told, {"refused": refused})
    told = "There is nothing new for them: they have all of it."
    return MovementEnd(MovementState.DONE, counts, told, {"packages": [], "refused": refused})


def _here(show: Show, settings: Settings) -> str:
    """The show's folder on this machine; empty where nothing tells."""
    try:
        return str(root_of(show, at=None, shows_root=settings.shows_root))
    except RushesError:
        return ""
