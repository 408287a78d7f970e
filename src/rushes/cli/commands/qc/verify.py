"""`rushes qc verify`: are the records what was written, and is the media what they speak of?"""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import exits, face, show
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.qc.options import sidecar_root
from rushes.cli.qc.verify_sheet import VerifySheet
from rushes.cli.qc.verifying import VerifyRun
from rushes.cli.session import Session


@command
@face.paths()
@click.option(
    "--quick",
    is_flag=True,
    help="Do not read the media: go by the number, sizes and times of files.",
)
@click.option(
    "--checkpoint",
    "checkpoints",
    type=GivenPath(dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Also hold the records against this checkpoint, besides those found in PATH.",
)
@click.option(
    "--database",
    is_flag=True,
    help="Also hold the records against what the database knows of them.",
)
@click.option(
    "--unsigned-ok", is_flag=True, help="Take unsigned records for valid, where nobody has keys."
)
@click.option(
    "--no-record-ok/--every",
    "bare_ok",
    default=True,
    help="Whether media without a record passes (it does, unless --every is given).",
)
@sidecar_root
@face.walking
def verify(
    session: Session,
    *,
    paths: tuple[Path, ...],
    quick: bool,
    checkpoints: tuple[Path, ...],
    database: bool,
    unsigned_ok: bool,
    bare_ok: bool,
) -> int:
    """Verify every record below each PATH: signature, chain, and that the media is what was seen.

    PATH is a folder, or one asset: a file, or a pattern such as plate.%04d.exr. Works offline,
    with the public keys that are trusted here. Nothing is written. Exits 1 unless every record is
    valid, 2 when there is no record, 3 when a part could not be read.
    """
    if (checkpoints or database) and not all(path.is_dir() for path in paths):
        raise click.UsageError("--checkpoint and --database tell what a whole folder has lost.")
    run = VerifyRun(
        session=session,
        paths=paths,
        quick=quick,
        every=not bare_ok,
        checkpoints=checkpoints,
        database=database,
    )
    sheet = VerifySheet(
        quick=quick, unsigned_ok=unsigned_ok, bare_ok=bare_ok, as_json=session.as_json
    )
    with progress("verifying") as watched:
        run.go(sheet, watched)
    if session.as_json:
        show.json("rushes.qc-verify/1", sheet.row())
    else:
        sheet.show()
    return exits.gravest([sheet.exit_code])
