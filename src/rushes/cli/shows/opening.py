"""The studio's records, opened for somebody at this machine, who may do everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from rushes import bootstrap
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.ports.studio import Access

if TYPE_CHECKING:
    from rushes.ports.studio import Studio

# Whoever holds the database's address may write it by any other means as well.
ACCESS = Access(everything=True)

CODE = click.argument("code", metavar="CODE")
DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Print the plan that would be applied, and write nothing."
)


@contextmanager
def studio(session: Session, *, makes: bool = False) -> Iterator[Studio]:
    """The records for the block. Where there is no database yet it is started only to be written,
    if the command `makes` shows; else there is no show: `record.not_found`.
    """
    if not makes and not bootstrap.database_known(session.settings):
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            "There is no show yet.",
            hint="rushes show create CODE makes one.",
        )
    with closing(bootstrap.studio(session.settings)) as opened:
        yield opened
