"""`rushes deliver list` and `show`: what went out, as the records have it."""

from __future__ import annotations

import click

from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.filled import filled
from rushes.cli.session import Session
from rushes.exchange.delivery.order import CONTEXTS


@command
@click.option(
    "--project",
    default="",
    callback=filled,
    metavar="NAME",
    help="Only this project's, by its code.",
)
@click.option("--context", type=click.Choice(CONTEXTS), help="Only what went to them.")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="How many are listed.",
)
def list_(session: Session, *, project: str, context: str | None, most: int) -> int:
    """List the deliveries on record, the last one first."""
    from rushes.cli.deliver.recorded import delivery_row, listed, show_deliveries

    found = listed(session, project=project, context=context or "", most=most)
    if session.as_json:
        show.json("rushes.deliveries/1", {"deliveries": [delivery_row(one) for one in found]})
    else:
        show_deliveries(found)
    return exits.OK


@command
@click.argument("name", callback=filled, metavar="DELIVERY")
@click.option(
    "--project", default="", callback=filled, metavar="NAME", help="The project, by its code."
)
def show_(session: Session, *, name: str, project: str) -> int:
    """Tell what a delivery took and where it went; DELIVERY is its name or its number.

    Exits 2 when there is none.
    """
    from rushes.cli.deliver.recorded import one_delivery, show_delivery, whole_row

    found, files = one_delivery(session, name, project=project)
    if session.as_json:
        show.json("rushes.delivery-show/1", whole_row(found, files))
    else:
        show_delivery(found, files)
    return exits.OK
