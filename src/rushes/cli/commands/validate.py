"""`rushes validate`: every shot's renders, held against its frames."""

from __future__ import annotations

from contextlib import closing

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.expected import absent, expected
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.renders_listing import near
from rushes.cli.session import Session
from rushes.cli.surveying import folders, shows_root
from rushes.cli.validation import show_validation, validated, validation_row
from rushes.scan.gaps import judge
from rushes.scan.renders import Renders


@command
@face.expect
@face.no_db
@face.full
@face.walking
def validate(session: Session, *, expect: str | None, no_db: bool, full: bool) -> int:
    """List every shot below shows_root with the frames that its renders lack.

    Which files are frames may be narrowed by [naming] in the settings; sequences with other names
    are told as not judged. Frames are held against --expect, else the shot's range in the settings,
    else its range on record, else the first to the last frame found. Exits 1 when frames are
    missing, a shot's renders could not be judged, or a shot with a range has none, 2 when there is
    no shot at all, 3 when a part could not be read or the records are out of reach.
    """
    settings = session.settings
    root = bootstrap.root(shows_root(settings), settings)
    renders = Renders(bootstrap.layout(settings), settings.layout.renders)
    judged_by = expected(expect, settings, no_db=no_db)
    unread = 0
    with closing(bootstrap.executor(settings)) as executor, progress("validating") as watched:
        for folder in folders(root, settings, executor=executor, progress=watched, full=full):
            renders.take(folder, list(judge(folder, judged_by)))
            unread += folder.unread
    found = [validated(shot, settings.naming) for shot in renders.shots()]
    lost = absent(judged_by, root)
    if session.as_json:
        show.json("rushes.validate/1", validation_row(found, root, unread, lost))
    else:
        show_validation(found, settings)
        show.findings(lost)
        if empty := sum(one.empty for one in found):
            show.note(f"{show.counted(empty, 'frame')} of zero bytes passed for being there.")
        if unread:
            show.note(f"{show.counted(unread, 'folder')} could not be read.")
    if not found:
        show.note(f"There is no shot below {near(shows_root(settings))}.")
        return exits.UNAVAILABLE if unread else exits.NOT_THERE
    if lost or not all(one.fine for one in found):
        return exits.FOUND
    return exits.UNAVAILABLE if unread else exits.OK
