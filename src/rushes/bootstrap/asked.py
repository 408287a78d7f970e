"""Ingests and deliveries that somebody has asked the server for, carried out by its worker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.core.escape import unescape

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.exchange.plan import Order
    from rushes.model.movement import Movement
    from rushes.model.scan import Actor


def ingest_asked(settings: Settings, movement: Movement, actor: Actor) -> None:
    """Take the drop of a movement in, as `rushes ingest run` does it; its end is on record.

    Where the places that it names really are is looked at here, before anything else. Raises as
    `bootstrap.ingesting` does, and `field.invalid`.
    """
    from rushes.bootstrap.ingesting import ingesting
    from rushes.exchange.wish import Given, read_wish
    from rushes.ports.progress import Silent

    asked = movement.order
    wish = replace(read_wish(asked.get("options", {})), show_code=_code(settings, movement))
    given = Given(unescape(str(asked["drop"])), wish, resume=True)
    run = ingesting(settings, given, actor=actor, movement=movement)
    _check_places(settings, run.order, own_target=wish.to is None and not wish.bucket)
    run.run(Silent())


def deliver_asked(settings: Settings, movement: Movement, actor: Actor) -> None:
    """Make the delivery of a movement; its end is on record. Raises as `bootstrap.deliveries`
    does, and `field.invalid`.
    """
    from rushes.bootstrap.deliveries import delivered
    from rushes.exchange.allowed import check_real
    from rushes.exchange.delivery.order import order_of

    order = replace(order_of(movement.order), show=_code(settings, movement))
    check_real("output", order.output, settings.deliver.outbox, setting="deliver.outbox")
    delivered(settings, movement, order, actor=actor)


def _check_places(settings: Settings, order: Order, *, own_target: bool) -> None:
    from rushes.exchange.allowed import check_real

    drops, targets = settings.ingest.drops, settings.ingest.targets
    check_real("drop", order.drop_name, drops, setting="ingest.drops")
    for one in order.manifests:
        check_real("manifests", str(one), drops, setting="ingest.drops")
    if not own_target:
        own = (str(settings.shows_root),) if settings.shows_root is not None else ()
        check_real("to", order.target_name, (*own, *targets), setting="ingest.targets")


def _code(settings: Settings, movement: Movement) -> str:
    """The project's code, as it is called by now."""
    from contextlib import closing

    from rushes.ports.studio import Access

    with closing(bootstrap.studio(settings)) as studio:
        everything = Access(everything=True)
        (found,) = studio.get("project", [movement.project], access=everything, fields=("code",))
    return str(found.fields["code"])
