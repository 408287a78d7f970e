"""`rushes qc checkpoint`: all records of a tree, sealed under one signature."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.qc.options import absolute_sidecar_root, clean, sidecar_root
from rushes.cli.qc.passphrase import known_passphrase
from rushes.cli.session import Session
from rushes.core import clock
from rushes.core.atomic import create_bytes
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.checkpoint import Checkpoint, sealed
from rushes.qc.checkpoint_document import encode, signed
from rushes.qc.order import TOOL, records_place
from rushes.qc.places import CHECKPOINT_ENDING, FOLDER
from rushes.qc.sealing import leaves
from rushes.qc.writing import write_all


@command
@click.argument("path", type=GivenPath(), metavar="PATH")
@click.option(
    "--out",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Write it there, and not into PATH/.qc; a copy elsewhere cannot be lost with the tree.",
)
@click.option("--operator", metavar="NAME", help="Who seals (default: as you are logged in).")
@click.option("--key", metavar="NAME", help="The key to sign with.")
@sidecar_root
def checkpoint(
    session: Session, *, path: Path, out: Path | None, operator: str | None, key: str | None
) -> int:
    """Seal all records below PATH: a signed list of them, against which any loss shows.

    `rushes qc verify PATH` holds records against the checkpoints it finds in PATH/.qc, and those
    given with --checkpoint. Exits 1 when a record makes no sense (nothing is sealed then), 2 when
    there is none.
    """
    session.flags |= {"qc.key": key}
    settings = session.settings
    signer = bootstrap.signer(settings, known_passphrase)
    if signer is None:
        raise RushesError(
            Code.KEY_UNKNOWN,
            "There is no key to sign with, and a checkpoint without a signature proves nothing.",
            hint="Make one: rushes qc keys init",
        )
    root = bootstrap.root(path, settings)
    place = records_place(root, root.below, absolute_sidecar_root(session))
    moment = clock.now()
    made = signed(
        sealed(
            leaves(place),
            root=escape(str(root.path)),
            operator=clean(operator or session.actor.name),
            tool_version=TOOL,
            created=moment,
        ),
        signer,
    )
    target = _written(made, place, out, moment)
    row = {
        "file": escape(str(target)),
        "root": made.root,
        "records": len(made.leaves),
        "merkle_root": made.merkle_root,
        "key": signer.key,
    }
    if session.as_json:
        show.json("rushes.qc-checkpoint/1", row)
    else:
        show.text(f"Sealed {show.counted(len(made.leaves), 'asset')} of {made.root}.")
        show.text(f"  {made.merkle_root}")
        show.text(f"  Wrote {escape(str(target))}. Keep a copy where this tree's writers cannot.")
    return exits.OK


def _written(made: Checkpoint, place: Path, out: Path | None, moment: datetime) -> Path:
    """Where it was written: in its tree, or where it was asked for."""
    if out is not None:
        create_bytes(out, encode(made))
        return out
    name = f"{FOLDER}/{moment:%Y%m%dT%H%M%S.%fZ}{CHECKPOINT_ENDING}"
    write_all(place, [(name, encode(made))])
    return place / name
