"""`rushes qc history`: the chain of an asset's records."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.qc.options import sidecar_root
from rushes.cli.session import Session


@command
@click.argument("path", type=GivenPath(), metavar="PATH")
@sidecar_root
def history(session: Session, *, path: Path) -> int:
    """Tell the story of an asset's records, the oldest first: who, when, what came of it, and why.

    PATH is a file, a frame or pattern of a file sequence (plate.%04d.exr, plate.####.exr), a
    sidecar, or a folder of such. The media need not be there any more. Where a record does not
    follow from the one before it, that is told, and the command exits 1; whether signatures are
    good is for `rushes qc verify` to say. Exits 2 when there is no record.
    """
    from rushes.cli.qc.history_sheet import show_json, show_text
    from rushes.cli.qc.history_target import found_records
    from rushes.qc.history import is_intact

    found = found_records(path, session)
    if session.as_json:
        show_json(found)
    else:
        show_text(found)
    codes = [exits.EXIT_CODES[one.problem.code] for one in found if one.problem is not None]
    broken = any(one.sidecar is not None and not is_intact(one.sidecar) for one in found)
    for one in found:
        if one.problem is not None:
            show.error(one.problem, as_json=False)
    return exits.gravest([*codes, exits.FOUND if broken else exits.OK])
