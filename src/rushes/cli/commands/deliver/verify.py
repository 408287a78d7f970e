"""`rushes deliver verify`: is what they have what left?"""

from __future__ import annotations

import click

from rushes.cli import exits, s3_options, show
from rushes.cli.face import command, with_options
from rushes.cli.filled import filled
from rushes.cli.session import Session


def _verify(session: Session, *, package: str, delivery: str, no_db: bool, endpoint: str) -> int:
    """Hold PACKAGE, an archive, a folder or s3://…, against the record of its delivery.

    Every byte is read. What is missing, what is there besides, and what is another is named. The
    manifest in it tells which delivery it is, and nothing else is believed of it. --no-db holds it
    against that manifest alone, which whoever changed a file may have changed, too. Exits 1 when
    anything differs, 2 when there is no such package or delivery, 3 when a part could not be read.
    """
    from rushes.cli.deliver.verifying import show_verified, verified, verified_row

    profile, session.profile = session.profile or "", None
    found = verified(
        session, package, name=delivery, no_db=no_db, endpoint=endpoint, profile=profile
    )
    if session.as_json:
        show.json("rushes.delivery-verify/1", verified_row(found))
    else:
        show_verified(found)
    codes = [exits.OK if found.ok else exits.FOUND]
    return exits.gravest([*codes, exits.UNAVAILABLE] if found.unread else codes)


verify = s3_options.says_profile_of_aws(
    command(
        with_options(
            _verify,
            (
                click.argument("package", metavar="PACKAGE"),
                click.option(
                    "--delivery",
                    default="",
                    callback=filled,
                    metavar="NAME",
                    help="Which delivery it is, by its name or number (default: the one whose"
                    " manifest lies in it).",
                ),
                click.option(
                    "--no-db",
                    is_flag=True,
                    help="Ask no records: hold it against the manifest that lies in it.",
                ),
                s3_options.ENDPOINT,
            ),
        )
    )
)
