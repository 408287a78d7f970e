"""`rushes trace`: where a file comes from, and who vouches for it."""

from __future__ import annotations

import click

from rushes.cli import exits, s3_options, show
from rushes.cli.face import command
from rushes.cli.session import Session


@command
@click.argument("file", metavar="FILE")
@click.option(
    "--inside", metavar="PATH", help="Trace the file of this path in the package FILE, a zip."
)
@click.option("--project", metavar="CODE", help="Look through this show's records only.")
@click.option(
    "--verify",
    is_flag=True,
    help="Read all that its checksums are of: the file in every algorithm, from S3, too, its whole"
    " package or sequence, and the files of the publishes that it derives from.",
)
@s3_options.ENDPOINT
def trace(
    session: Session,
    *,
    file: str,
    inside: str | None,
    project: str | None,
    verify: bool,
    endpoint: str,
) -> int:
    """Tell what FILE belongs to, in which deliveries it left, who signed it off, what it was made
    of, and every checksum of it.

    FILE is read once and found by its bytes, wherever they were published from, and by its path;
    one that is gone by its path alone, and blake3:af13… by the digest alone. X.zip!/a/b.exr is a
    file in a package. s3://bucket/key is found by its URL and by what is noted with it, and is not
    fetched but to --verify. What is not known is said. Exits 1 when a checksum, a chain or a
    signature is wrong, or nobody knows the file, 2 when it is neither there nor known, 3 when
    records or files could not be read.
    """
    from rushes.cli import tracing_sheet as sheet
    from rushes.cli.s3_terms import use_endpoint
    from rushes.cli.tracing import trace_of

    use_endpoint(endpoint)
    found = trace_of(session, file, inside=inside, project=project, verify=verify)
    if session.as_json:
        show.json("rushes.trace/1", sheet.trace_row(found))
    else:
        sheet.show_trace(found)
    codes = [exits.FOUND] if found.wrong or not found.known else []
    codes += [exits.UNAVAILABLE] if found.unread else []
    codes += [exits.NOT_THERE] if not found.known and not found.there and not found.unread else []
    return exits.gravest(codes)
