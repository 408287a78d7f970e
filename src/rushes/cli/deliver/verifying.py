"""One package verified: read, held against its record, and told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rushes.cli import s3_terms, show
from rushes.cli.deliver.recorded import numbered
from rushes.cli.deliver.running import on_record, opened_by
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.exchange.delivery.own_lists import by_own_lists
from rushes.exchange.delivery.read_manifest import read_inner, read_manifest
from rushes.exchange.delivery.verify import (
    Fate,
    Held,
    Verified,
    against_manifest,
    against_record,
    held,
)
from rushes.exchange.papers import LISTED
from rushes.publish.components import ALGORITHM
from rushes.transfer.learning import Place

_SHOWN = 200  # files that are told one by one
_COLOURS = {Fate.EXTRA: "yellow"}


def verified(
    session: Session, package: str, *, name: str, no_db: bool, endpoint: str, profile: str
) -> Verified:
    """Read the package, and hold it against its record, or else its manifest.

    Raises `path.not_found`, `record.not_found`, `usage`, `manifest.invalid`, `cancelled`.
    """
    from rushes.transfer.package.reading import read_package

    s3_terms.use_endpoint(endpoint)
    place, path = _opened(package, profile)
    if name and not no_db:
        with on_record(session) as movements:  # its number is known before all of it is read
            one = numbered(movements, name)
            name = one.name if one is not None else name
    else:
        one = None
    with progress("reading") as watched:
        algorithms = (ALGORITHM, LISTED) if no_db else (ALGORITHM,)
        found = read_package(place, path, algorithms=algorithms, progress=watched)
        there = held(found, package=package, name=name)
    if no_db:
        return _by_manifest(there, place, path, package=package)
    with on_record(session) as movements:
        return against_record(there, movements, package=package, movement=one)


def _by_manifest(there: Held, place: Place, path: str, *, package: str) -> Verified:
    if there.manifest not in there.files:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"{escape(package)} holds no manifest of {escape(there.name)}.",
            hint="Ask the records, without --no-db.",
        )
    above = f"{there.top}/" if there.top else ""
    wanted = read_manifest(place, path, f"{above}{there.manifest}")
    made = against_manifest(there, wanted, package=package)
    by_own_lists(made, there, lambda inner: read_inner(place, path, f"{above}{inner}"))
    return made


def show_verified(found: Verified) -> None:
    """What differs, then the verdict."""
    for one in found.wrong[:_SHOWN]:
        fate = show.styled(f"{one.fate.value:<8}", _COLOURS.get(one.fate, "red"))
        why = f": {show.printable(one.why)}" if one.why else ""
        show.text(f"{fate} {escape(one.path)}{why}")
    if len(found.wrong) > _SHOWN:
        show.text(f"{len(found.wrong) - _SHOWN:,} more; --json has them all")
    told = {one.why for one in found.wrong}
    show.findings([one for one in found.findings if one.message not in told])
    size = f"{show.counted(found.files, 'file')}, {human_bytes(found.size)}"
    if found.movement is None:
        show.text("No record was asked: it is held against its own papers, which prove little.")
    if found.ok:
        what = "left" if found.movement is not None else "its manifest says"
        show.text(f"{escape(found.package)} is what {what}: {escape(found.name)}, {size}.")
    else:
        show.text(
            f"{escape(found.package)} is not what left as {escape(found.name)}.", colour="red"
        )


def verified_row(found: Verified) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "package": escape(found.package),
        "delivery": found.name,
        "by": found.by,
        "ok": found.ok,
        "files": found.files,
        "size": found.size,
        "wrong": [
            {
                "path": escape(one.path),
                "fate": one.fate.value,
                "found": one.found,
                "wanted": one.wanted,
                "why": one.why,
            }
            for one in found.wrong
        ],
        "findings": [one.row() for one in found.findings],
    }


def _opened(package: str, profile: str) -> tuple[Place, str]:
    """The place that it lies in, and its path there. Raises `path.not_found`."""
    if "://" in package:
        scheme, _, rest = package.partition("://")
        bucket, _, key = rest.partition("/")
        return opened_by(profile)(f"{scheme}://{bucket}"), key.rstrip("/")
    path = Path(os.path.realpath(Path(package).expanduser()))
    if not path.exists():
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no {escape(package)}.",
            hint="Check the spelling, and that the storage is mounted.",
        )
    return opened_by("")(str(path.parent)), path.name
