"""Orders of ingests and deliveries over the API, as the jobs that carry them out read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rushes.core import clock
from rushes.core.escape import escape, unescape
from rushes.exchange.allowed import check_allowed
from rushes.exchange.delivery.order import Order, Selection, Shape, SignOff
from rushes.exchange.delivery.plan import package_name
from rushes.exchange.delivery.target import usual_shape
from rushes.exchange.on_record import name_of
from rushes.exchange.wish import Wish
from rushes.model.movement import MovementKind
from rushes.ports.people import Caller
from rushes.tracking.refusing import refused
from rushes.web.api.movement_shapes import Delivery, Ingest
from rushes.web.api.movement_shapes import Selection as Chosen
from rushes.web.house import house

_S3 = "s3://"


@dataclass(frozen=True, slots=True)
class Asked:
    """One of both kinds, and how what is sent for it becomes an order, a name and a context.

    `order` raises `access.denied` and `field.invalid` for places that the server may not use.
    `name` is what an order is called where nobody says.
    """

    kind: MovementKind
    plural: str
    job: str
    order: Callable[[Caller, Any], Mapping[str, Any]]
    name: Callable[[Mapping[str, Any]], str]
    context: Callable[[Any], str]


def _ingest(who: Caller, body: Ingest) -> Mapping[str, Any]:
    """What the book of a machine has of an ingest, too: a drop, and the options."""
    allowed = house().allowed
    drop = check_allowed("drop", unescape(body.drop), allowed.drops, setting="ingest.drops")
    manifests = [
        check_allowed("manifests", unescape(one), allowed.drops, setting="ingest.drops")
        for one in body.manifests
    ]
    _check_names(body.policies)
    to, bucket = _target(body.to)
    wish = Wish(
        show_code=_code(who, body.project),
        source=body.source,
        vendor=body.vendor,
        vendor_bucket=bucket if body.source == "vendor" else "",
        client_bucket=bucket if body.source == "client" else "",
        to=to,
        manifests=tuple(map(Path, manifests)),
        like=body.like,
        policies=tuple(body.policies),
        pixels=body.pixels,
        frozen=body.frozen,
        settle=body.settle,
        wait=body.wait,
        max_workers=body.max_workers,
    )
    return {"drop": escape(drop), "options": wish.row()}


def _target(to: str | None) -> tuple[Path | None, str]:
    """The folder, or the bucket, that is named; neither where it is the folder of all shows."""
    allowed = house().allowed
    if to is None:
        return None, ""
    place = check_allowed("to", unescape(to), allowed.targets, setting="ingest.targets")
    if place.startswith(_S3):
        return None, place.removeprefix(_S3)
    return Path(place), ""


def _check_names(policies: list[str]) -> None:
    """Raise `field.invalid` for a policy that is a file: only those by name may be asked for."""
    for one in policies:
        if "/" in one or "\\" in one or one.endswith(".toml"):
            raise refused("policies", "only policies of the studio may be named, and no files")


def _delivery(who: Caller, body: Delivery) -> Mapping[str, Any]:
    """The order as `exchange.delivery` has it."""
    allowed = house().allowed
    output = check_allowed(
        "output", unescape(body.output), allowed.outbox, setting="deliver.outbox"
    )
    order = Order(
        show=_code(who, body.project),
        context=body.context,
        selection=_selection(body.selection),
        output=output,
        shape=Shape(body.shape) if body.shape is not None else usual_shape(output),
        sign_off=SignOff(body.sign_off),
        allow_partial=body.allow_partial,
        full=body.full,
    )
    return dict(order.row())


def _selection(chosen: Chosen) -> Selection:
    """What is chosen. Raises `field.invalid` for a playlist of which only some would be meant."""
    if chosen.playlist and (chosen.episodes or chosen.sequences or chosen.shots or chosen.every):
        raise refused("selection", "a playlist says itself which Versions are meant")
    return Selection(
        playlist=chosen.playlist or "",
        episodes=tuple(chosen.episodes or ()),
        sequences=tuple(chosen.sequences or ()),
        shots=tuple(chosen.shots or ()),
        statuses=tuple(chosen.statuses or ()),
        every=chosen.every,
    )


def _code(who: Caller, project: int) -> str:
    """The project's code. Raises `record.not_found` where they do not see it."""
    (found,) = house().studio.get("project", [project], access=who.access, fields=("code",))
    return str(found.fields["code"])


INGEST = Asked(
    MovementKind.INGEST,
    "ingests",
    "ingest",
    _ingest,
    lambda order: name_of(unescape(order["drop"])),
    lambda body: body.vendor or body.source,
)
DELIVERY = Asked(
    MovementKind.DELIVERY,
    "deliveries",
    "deliver",
    _delivery,
    lambda order: package_name(order["show"], order["context"], clock.now()),
    lambda body: body.context,
)
