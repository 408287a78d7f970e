"""`rushes deliver run`: the latest approved Versions of a project, or those of a playlist."""

from __future__ import annotations

from rushes.cli.deliver.options import CHOOSING, Wish, delivering
from rushes.cli.session import Session


@delivering(*CHOOSING)
def run(session: Session, wish: Wish) -> int:
    """Deliver approved Versions of a project: the latest of each task, or those of a playlist.

    Each must have its sign-off, of these very bytes, and all of its files; what does not is
    refused, and then nothing is delivered, unless --allow-partial says otherwise. Files that they
    have already are left out. Killed and run again, it goes on under the same name. Exits 0 when
    all was delivered or there is nothing new, 1 when something was refused, 2 when there is no
    such project or Version, 3 when files or records could not be reached, 4 when the package could
    not be written.
    """
    from rushes.cli.deliver.ending import told

    return told(session, wish)
