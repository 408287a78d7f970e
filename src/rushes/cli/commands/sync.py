"""`rushes sync`: folders of this machine and of S3, made to hold the same."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup
from rushes.cli.session import Session
from rushes.cli.syncing.options import UPLOADING, Wish, syncing


@click.group(
    cls=LazyGroup,
    entries={
        "to": Entry(f"{__name__}:to", "Upload what is new or changed to S3."),
        "from": Entry(f"{__name__}:from_", "Download what is new or changed from S3."),
    },
)
def sync() -> None:
    """Sync folders with S3: what is new or changed goes, each file whole and verified."""


@syncing(*UPLOADING)
def to(session: Session, wish: Wish) -> int:
    """Upload what is new or changed in LOCAL-PATH/FOLDER to s3://BUCKET/SHOW-CODE/FOLDER.

    What others put there is left alone and told, unless --replace says otherwise. Killed and run
    again, it goes on where it was. Exits 0 when both hold the same, 1 when something was refused,
    in conflict or failed, 2 when there is no such folder or bucket, or no file, 3 when S3 or a
    folder could not be reached or another run is at it.
    """
    from rushes.cli.syncing.running import sync as synced

    return synced(session, wish, to=True)


@syncing()
def from_(session: Session, wish: Wish) -> int:
    """Download what is new or changed in s3://BUCKET/SHOW-CODE/FOLDER to LOCAL-PATH/FOLDER.

    Every file is hashed as it comes. Files that were changed here are left alone and told, unless
    --replace says otherwise. Exits as `rushes sync to` does.
    """
    from rushes.cli.syncing.running import sync as synced

    return synced(session, wish, to=False)
