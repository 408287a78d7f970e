"""`rushes playlist package`: a playlist's Versions as one delivery."""

from __future__ import annotations

import click

from rushes.cli.deliver.options import Wish, delivering
from rushes.cli.filled import filled
from rushes.cli.session import Session


@delivering(click.argument("playlist", callback=filled, metavar="NAME"))
def package(session: Session, wish: Wish) -> int:
    """Deliver the Versions of the playlist NAME, in its order.

    All of them have to be approved and signed off; else it is as `rushes deliver --playlist NAME`,
    and exits as that does.
    """
    from rushes.cli.deliver.ending import told

    return told(session, wish)
