"""`rushes dailies`: a reel of what is to be looked at."""

from __future__ import annotations

from rushes.cli import show
from rushes.cli.dailies.options import Wish, dailies_options
from rushes.cli.face import command
from rushes.cli.session import Session


@command
@dailies_options
def dailies(session: Session, *, wish: Wish) -> int:
    """Make a reel of a playlist, or of the Versions that were approved today, and its manifest.

    Frames go through a view of OpenColorIO, are fitted into the reel's size, and carry shot,
    version, artist and frame. A frame that is not there, or cannot be read, is a card that says so,
    so that the reel's timing stays true. A Version without frames is shown from its movie. The reel
    is read again before it gets its name.
    Exits 1 when frames were missing or could not be read (the reel is made all the same), 2 when
    there is nothing to show, or no such show, playlist or view, 3 when the records are out of
    reach, 4 when the reel could not be written or is there already.
    """
    from rushes.cli.dailies.running import dailies_made
    from rushes.cli.dailies.sheet import exit_code, show_outcome

    done = dailies_made(session, wish)
    if session.as_json:
        show.json("rushes.dailies/1", done.row())
    else:
        show_outcome(done)
    return exit_code(done)
