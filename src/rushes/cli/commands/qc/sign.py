"""`rushes qc sign`: somebody has checked these, and says what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from rushes.cli import face
from rushes.cli.face import command
from rushes.cli.qc.choosing import chosen, read_list
from rushes.cli.qc.crawl_run import Part, record
from rushes.cli.qc.options import Given, recording
from rushes.cli.qc.posting_rows import check_database
from rushes.cli.session import Session
from rushes.model.signoff import Result
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress


@command
@face.paths(required=False)
@click.option(
    "--result",
    required=True,
    type=click.Choice([one.value for one in Result]),
    help="What came of the check; pending takes an earlier result back.",
)
@click.option(
    "--from",
    "listed",
    metavar="FILE",
    help="Also sign the paths in this file, one on each line; - is standard input.",
)
@click.option(
    "--shot",
    "shots",
    multiple=True,
    metavar="SHOW/SHOT",
    help="Also sign all of this shot, as the settings' folder structure finds it.",
)
@click.option("--trak", is_flag=True, help="Look assets up in Trak and post results there.")
@face.no_db
@face.walking
@recording
def sign(
    session: Session,
    *,
    paths: tuple[Path, ...],
    given: Given,
    result: str,
    listed: str | None,
    shots: tuple[str, ...],
    trak: bool,
    no_db: bool,
) -> int:
    """Sign assets off. PATH is a file, a pattern such as plate.%04d.exr, a glob, or a whole folder.

    Bytes that changed since the last record are read and signed as they are now, and the record
    says that they changed. Signing the same again by the same operator writes nothing. A sequence
    is signed as a whole. Exits 2 when something that is named is not there (nothing is signed
    then), 3 when a part could not be read, 4 when records could not be written.
    """
    check_database(trak=trak, no_db=no_db)
    named = [*paths, *(read_list(listed) if listed else ())]
    if not named and not shots:
        raise click.UsageError("Name what to sign: a PATH, --from FILE or --shot SHOW/SHOT.")
    order = given.order(session, result=Result(result))

    def parts(executor: Executor, watched: Progress) -> Iterator[Part]:
        return chosen(named, shots, session.settings, executor=executor, progress=watched)

    return record(
        session,
        order,
        parts,
        dry=given.dry_run,
        trak=trak,
        mirrored=not no_db,
        schema="rushes.qc-sign/1",
    )
