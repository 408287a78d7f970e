"""From options to an order: both places named, checked and opened."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.cli import s3_terms
from rushes.cli.syncing.options import ENGINES, Wish
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.names import danger
from rushes.transfer.outcome import Effort
from rushes.transfer.plan import Wishes
from rushes.transfer.sync.choosing import choosing
from rushes.transfer.sync.order import Order

if TYPE_CHECKING:
    from rushes.ports.courier import Courier
    from rushes.transfer.learning import Place


def ordered(wish: Wish, *, to: bool) -> Order:
    """The order. Raises `usage`, `path.not_found`, `settings.invalid`, `dependency.missing`."""
    s3_terms.use_endpoint(wish.endpoint)
    local = local_folder(wish, to=to)
    remote = "/".join(("s3:/", wish.bucket, *_parts("--show-code", wish.show_code), *_folder(wish)))
    here, there = bootstrap.place(local), _bucket(wish, remote)
    names = (local, remote + s3_terms.where(wish.profile))
    source, target = ((here, names[0]), (there, names[1]))[:: 1 if to else -1]
    return Order(
        source[0],
        source[1],
        target[0],
        target[1],
        Wishes(replace=wish.replace, delete=wish.delete, checksum=wish.checksum, empty=wish.yes),
        s3_terms.terms(wish.storage_class, wish.sse),
        Effort(wish.workers, s3_terms.a_second(wish.bandwidth)),
        choosing(wish.includes, wish.excludes),
        _courier(wish, to=to),
    )


def local_folder(wish: Wish, *, to: bool) -> str:
    """The folder of this machine, without links. `to` needs all of it, `from` what lies above.

    What lies above is never made: where it is not there, a storage is not mounted.
    """
    above = Path(os.path.realpath(wish.local_path.expanduser()))
    folder = Path(os.path.realpath(above.joinpath(*_folder(wish))))
    needed = folder if to else above
    if not needed.is_dir():
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(str(needed))}.",
            hint="Check the spelling, and that the storage is mounted. Files lie in --folder below"
            " --local-path.",
        )
    return str(folder)


def _folder(wish: Wish) -> list[str]:
    return _parts("--folder", wish.folder)


def _parts(option: str, text: str) -> list[str]:
    """The names in a path of a person; none may lead elsewhere."""
    plain = text.strip("/")
    if plain and (why := danger(plain, windows=False)):
        raise RushesError(
            Code.USAGE,
            f"{option} {escape(text)!r} is no folder: {why}.",
            hint=f"Write it as in {option} plates, or {option} sq010/plates.",
        )
    return plain.split("/") if plain else []


def _bucket(wish: Wish, remote: str) -> Place:
    if not wish.bucket or "/" in wish.bucket or "@" in wish.bucket:
        raise RushesError(
            Code.USAGE,
            f"{escape(wish.bucket)!r} is no bucket's name.",
            hint="Write the bucket alone; the folder in it goes by --show-code and --folder.",
        )
    return s3_terms.place(remote, wish.profile)


def _courier(wish: Wish, *, to: bool) -> Courier | None:
    if wish.engine == ENGINES[0]:
        return None
    if not to or wish.bandwidth:
        raise RushesError(
            Code.USAGE,
            "s5cmd is not trusted with downloads: it follows keys out of their folder."
            if not to
            else "s5cmd knows no --bandwidth.",
            hint="Leave --engine away.",
        )
    return bootstrap.courier(wish.engine, f"{wish.profile}@{wish.bucket}".lstrip("@"))
