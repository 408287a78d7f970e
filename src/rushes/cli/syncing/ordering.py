"""From options to an order: both places named, checked and opened."""

from __future__ import annotations

import os
from pathlib import Path

from rushes import bootstrap
from rushes.cli.syncing.options import ENGINES, Wish
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.names import danger
from rushes.core.units import parse_bytes
from rushes.ports.courier import Courier
from rushes.ports.storage_writing import Terms
from rushes.transfer.apply import Effort
from rushes.transfer.learning import Place
from rushes.transfer.plan import Wishes
from rushes.transfer.sync.choosing import choosing
from rushes.transfer.sync.order import Order

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_ENCRYPTIONS = ("AES256", "aws:kms")


def ordered(wish: Wish, *, to: bool) -> Order:
    """The order. Raises `usage`, `path.not_found`, `settings.invalid`, `dependency.missing`."""
    if wish.endpoint:
        # Where all look that talk to S3: both libraries, and s5cmd.
        os.environ[_ENDPOINTS[0]] = wish.endpoint
    local = local_folder(wish, to=to)
    remote = "/".join(("s3:/", wish.bucket, *_parts("--show-code", wish.show_code), *_folder(wish)))
    here, there = bootstrap.place(local), _bucket(wish, remote)
    names = (local, remote + _where(wish))
    source, target = ((here, names[0]), (there, names[1]))[:: 1 if to else -1]
    return Order(
        source[0],
        source[1],
        target[0],
        target[1],
        Wishes(replace=wish.replace, delete=wish.delete, checksum=wish.checksum, empty=wish.yes),
        _terms(wish),
        Effort(wish.workers, parse_bytes(wish.bandwidth.removesuffix("/s") or "0")),
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
    if not wish.profile:
        return bootstrap.place(remote)
    return bootstrap.place(remote.replace("s3://", f"s3://{wish.profile}@", 1))


def _where(wish: Wish) -> str:
    """Which S3 it is, as buckets of one name may be on several."""
    endpoint = next((os.environ[one] for one in _ENDPOINTS if os.environ.get(one)), "")
    profile = wish.profile or os.environ.get("AWS_PROFILE", "")
    return f" at {endpoint.rstrip('/')}" if endpoint else f" ({profile})" if profile else ""


def _terms(wish: Wish) -> Terms:
    name, _, key = wish.sse.partition(":") if wish.sse.startswith("AES") else _key(wish.sse)
    if wish.sse and (name not in _ENCRYPTIONS or (key and name == _ENCRYPTIONS[0])):
        raise RushesError(
            Code.USAGE,
            f"{escape(wish.sse)!r} is no way to encrypt that S3 has.",
            hint="Write --sse AES256, --sse aws:kms, or --sse aws:kms:KEY.",
        )
    return Terms(storage_class=wish.storage_class, encryption=name, encryption_key=key)


def _key(text: str) -> tuple[str, str, str]:
    service, _, rest = text.partition(":")
    kind, colon, key = rest.partition(":")
    return f"{service}:{kind}" if kind else service, colon, key


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
