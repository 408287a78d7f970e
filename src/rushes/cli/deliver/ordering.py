"""From options to an order of a delivery."""

from __future__ import annotations

import os
from pathlib import Path

from rushes.bootstrap.which_project import which_project
from rushes.cli.deliver.options import Wish
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.delivery.order import Order, Selection, Shape, SignOff
from rushes.exchange.delivery.target import ZIP, check_output, usual_shape

NO_BUCKET = "-"


def ordered(session: Session, wish: Wish) -> Order:
    """The order. Raises `usage`, `path.not_found` and `record.not_found`."""
    output = _output(wish.output)
    order = Order(
        which_project(session.settings, wish.project, wish.show_code),
        wish.context,
        Selection(
            wish.playlist,
            wish.episodes,
            wish.sequences,
            wish.shots,
            wish.statuses,
            wish.every,
        ),
        output,
        _bucket(session, wish, output),
        _shape(wish, output),
        SignOff(wish.sign_off),
        wish.allow_partial,
        wish.full,
        wish.check,
        wish.pictures,
        wish.max_workers,
    )
    if wish.playlist and (wish.episodes or wish.sequences or wish.shots or wish.every):
        raise RushesError(
            Code.USAGE,
            "A playlist says itself which Versions are meant.",
            hint="Leave --episodes, --sequences, --shots and --all away.",
        )
    check_output(order)
    return order


def _output(text: str) -> str:
    """The place as it is called from anywhere; links to folders are followed now, once."""
    if "://" in text:
        scheme, _, rest = text.partition("://")
        if scheme.lower() != "s3" or not rest.partition("/")[0]:
            raise RushesError(
                Code.USAGE,
                f"Nothing can be delivered to {escape(text)}.",
                hint="Write a file, a folder, or s3://bucket/prefix.",
            )
        return f"s3://{rest.rstrip('/')}"
    if not text:
        return ""
    path = Path(text).expanduser()
    if path.name.lower().endswith(ZIP) and not path.is_dir():
        return f"{os.path.realpath(path.parent)}/{path.name[: -len(ZIP)]}{ZIP}"
    return os.path.realpath(path)


def _bucket(session: Session, wish: Wish, output: str) -> str:
    """Where it is uploaded to: the one that was named, else the context's in the settings."""
    if wish.bucket is not None:
        if "://" in output and wish.bucket != NO_BUCKET:
            raise RushesError(
                Code.USAGE,
                "The package is made in one bucket, and cannot be uploaded to another.",
                hint="Leave --output or --bucket away.",
            )
        named = "" if wish.bucket == NO_BUCKET else wish.bucket.removeprefix("s3://")
        if wish.bucket != NO_BUCKET and not named.strip("/"):
            raise RushesError(Code.USAGE, "--bucket is empty.", hint="Name one, or - for none.")
        return named.strip("/")
    if "://" in output:
        return ""
    return session.settings.deliver.buckets.get(wish.context, "").removeprefix("s3://").strip("/")


def _shape(wish: Wish, output: str) -> Shape:
    return Shape(wish.layout) if wish.layout is not None else usual_shape(output)
