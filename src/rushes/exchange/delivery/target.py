"""Where a package goes: a file or a folder of this machine, or objects of a bucket."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.delivery.order import Order, Shape

ZIP = ".zip"


@dataclass(frozen=True, slots=True)
class Target:
    """`path` below `root`, which is a folder or a bucket as `bootstrap.place` takes it."""

    root: str
    path: str
    shape: Shape

    @property
    def url(self) -> str:
        """What people call it."""
        return f"{self.root.rstrip('/')}/{self.path}"

    @property
    def is_far(self) -> bool:
        """Whether it is in a bucket."""
        return "://" in self.root


def usual_shape(output: str) -> Shape:
    """What a package there is where nobody says: a folder below a folder, else an archive."""
    folder = output and "://" not in output and not output.endswith(ZIP)
    return Shape.FOLDER if folder else Shape.ZIP


def output_of(order: Order, name: str) -> Target | None:
    """Where the package is made, once it has a name; None where it goes to the bucket at once.

    An archive is the file that was named, or lies below the folder that was; a folder of the
    delivery's own name always lies below.
    """
    if not order.output:
        return None
    ending = ZIP if order.shape is Shape.ZIP else ""
    if "://" in order.output:
        scheme, _, rest = order.output.partition("://")
        bucket, _, prefix = rest.partition("/")
        prefix = prefix.strip("/")
        whole = prefix if ending and prefix.endswith(ZIP) else _below(prefix, f"{name}{ending}")
        return Target(f"{scheme}://{bucket}", whole, order.shape)
    if ending and order.output.endswith(ZIP):
        above, last = os.path.split(order.output)
        return Target(above, last, order.shape)
    return Target(order.output, f"{name}{ending}", order.shape)


def bucket_of(order: Order, show: str, name: str) -> Target | None:
    """Where it is uploaded to: below the show in the bucket; None where there is none.

    `bucket` may have a folder in it, as in `out/partners`.
    """
    if not order.bucket:
        return None
    bucket, _, prefix = order.bucket.partition("/")
    ending = ZIP if order.shape is Shape.ZIP else ""
    path = _below(_below(prefix.strip("/"), show), f"{name}{ending}")
    return Target(f"s3://{bucket}", path, order.shape)


def check_output(order: Order) -> None:
    """Raise `usage` or `path.not_found` for what nothing could be written to."""
    if not order.output and not order.bucket:
        raise RushesError(
            Code.USAGE,
            "Nobody said where the package is to go.",
            hint="Name a file or a folder (--output delivery.zip), or a bucket (--bucket NAME).",
        )
    if not order.output or "://" in order.output:
        return
    if order.output.endswith(ZIP) and order.shape is Shape.FOLDER:
        raise RushesError(
            Code.USAGE,
            f"{escape(order.output)} is an archive's name, and a folder was asked for.",
            hint="Name the folder that it is to lie in.",
        )
    single = order.shape is Shape.ZIP and order.output.endswith(ZIP)
    folder = Path(order.output).parent if single else Path(order.output)
    if not folder.is_dir():
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(str(folder))}.",
            hint="Make it first, and check that its storage is mounted.",
        )


def in_media(order: Order, folders: set[str]) -> str:
    """A folder of media that the package would lie in; empty where there is none."""
    if not order.output or "://" in order.output:
        return ""
    place = PurePosixPath(os.path.realpath(order.output))
    return next((one for one in sorted(folders) if place.is_relative_to(one)), "")


def _below(above: str, name: str) -> str:
    return f"{above}/{name}" if above else name
