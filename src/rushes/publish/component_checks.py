"""Components of a publish, checked before they are written down: what a record says of files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rushes.core.errors import RushesError
from rushes.frames.notation import parse_frames
from rushes.model.files import Kind
from rushes.publish.components import ALGORITHM
from rushes.tracking.json_values import json_value
from rushes.tracking.paths import check_path
from rushes.tracking.refusing import refused, shown

MOST = 10_000
MOST_FILES = 10_000_000
_LARGEST = 2**63 - 1
_BLAKE3 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_OTHER = re.compile(r"[0-9A-Za-z]{8,128}", re.ASCII)  # what else files were hashed with
_NAMES = (
    *("name", "folder", "kind", "files", "size", "digests", "metadata"),
    *("padding", "subframe_digits", "frames", "sizes", "manifest"),
)
# What the earlier tracker called components: files that it knew by nothing but their path.
_EARLIER = ("component_type", "file_path")
_HINT = 'Give each file\'s BLAKE3, as in {"digests": {"blake3": "af1349b9…"}}.'


def check_components(rows: Sequence[Any]) -> None:
    """Raise `field.invalid`, with the field as in `components.0.size`, for what tells no files.

    Each has a plain name, a size, its frames where it has any, and a BLAKE3 of each file. Those of
    the earlier tracker have a `file_path` or a `component_type`, and no digests.
    """
    if len(rows) > MOST:
        raise refused("components", f"are more than {MOST:,}")
    known: set[tuple[str, str]] = set()
    for at, one in enumerate(rows):
        where = f"components.{at}"
        if not isinstance(one, Mapping):
            raise refused(where, "must be an object")
        earlier = any(name in one for name in _EARLIER)
        name = _named(one, where)
        if earlier and "digests" not in one:
            check_path(f"{where}.file_path", _text(one, "file_path", where))
            json_value(where, dict(one))
        else:
            _check(one, where, known=(*_NAMES, *_EARLIER) if earlier else _NAMES)
        key = (str(one.get("folder", "")), name)
        if key in known and not earlier:
            raise refused(where, f"{shown(name)} is there twice")
        known.add(key)


def _check(one: Mapping[str, Any], where: str, *, known: Sequence[str]) -> None:
    for name in one:
        if name not in known:
            there = ", ".join(_NAMES)
            why = "there is no such field of components"
            raise refused(shown(f"{where}.{name}"), why, hint=f"There are: {there}.")
    kinds = [each.value for each in Kind]
    kind = one.get("kind")
    if kind not in kinds:
        raise refused(f"{where}.kind", f"must be one of {', '.join(kinds)}")
    _check_folder(one, where)
    size = _whole(one, "size", where, most=_LARGEST)
    files = _whole(one, "files", where, least=1, most=MOST_FILES, default=1)
    if kind == Kind.FILE.value:
        if files != 1 or "frames" in one:
            raise refused(f"{where}.files", "are several; a file sequence has frames")
    else:
        _check_frames(one, where, files)
    _check_sizes(one, where, files=files, size=size)
    _check_digests(one, where, files=files, single=kind == Kind.FILE.value)
    manifest = one.get("manifest", {})
    if not isinstance(manifest, Mapping):
        raise refused(f"{where}.manifest", "must be an object")
    for algorithm, digest in manifest.items():
        _check_digest(algorithm, digest, f"{where}.manifest")
    metadata = one.get("metadata", {})
    if not isinstance(metadata, Mapping):
        raise refused(f"{where}.metadata", "must be an object")
    json_value(f"{where}.metadata", dict(metadata))


def _named(one: Mapping[str, Any], where: str) -> str:
    name = _text(one, "name", where)
    if not name or name in (".", "..") or "/" in name:
        why = "must be given" if not name else f"{shown(name)} is no name of a file"
        raise refused(f"{where}.name", why)
    check_path(f"{where}.name", name)
    return name


def _check_folder(one: Mapping[str, Any], where: str) -> None:
    folder = _text(one, "folder", where)
    check_path(f"{where}.folder", folder)
    if folder and any(part in ("", ".") for part in folder.split("/")):
        raise refused(f"{where}.folder", "must be relative and plain, as in renders/beauty")


def _check_frames(one: Mapping[str, Any], where: str, files: int) -> None:
    digits = _whole(one, "subframe_digits", where, most=18, default=0)
    _whole(one, "padding", where, most=255, default=0)
    text = _text(one, "frames", where)
    if not text:
        raise refused(f"{where}.frames", "must be given, as in 1001-1050", hint="A tile has one.")
    try:
        frames = parse_frames(text, subframe_digits=digits)
    except RushesError as error:
        raise refused(f"{where}.frames", error.message.rstrip("."), hint=error.hint) from None
    if len(frames) != files:
        raise refused(f"{where}.frames", f"are {len(frames):,}, and the files {files:,}")


def _check_sizes(one: Mapping[str, Any], where: str, *, files: int, size: int) -> None:
    sizes = one.get("sizes")
    if sizes is None:
        return
    each = list(sizes) if isinstance(sizes, (list, tuple)) else [sizes]
    if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in each):
        raise refused(f"{where}.sizes", "must be bytes: one number, or a list of them")
    total = sum(each) if isinstance(sizes, (list, tuple)) else sizes * files
    if (len(each) not in (1, files)) or total != size:
        raise refused(f"{where}.sizes", "do not come to the files and their size")


def _check_digests(one: Mapping[str, Any], where: str, *, files: int, single: bool) -> None:
    digests = one.get("digests")
    if not isinstance(digests, Mapping) or ALGORITHM not in digests:
        raise refused(f"{where}.digests", f"have no {ALGORITHM}", hint=_HINT)
    for algorithm, found in digests.items():
        listed = isinstance(found, (list, tuple))
        each = found if isinstance(found, (list, tuple)) else [found]
        if len(each) != files or not (listed or single):
            why = f"are {len(each):,} of {shown(str(algorithm))}, and the files {files:,}"
            raise refused(f"{where}.digests", why, hint=_HINT)
        for digest in each:
            _check_digest(algorithm, digest, f"{where}.digests")


def _check_digest(algorithm: object, digest: object, field: str) -> None:
    like = _BLAKE3 if algorithm == ALGORITHM else _OTHER
    if not isinstance(digest, str) or not like.fullmatch(digest):
        raise refused(
            field, f"{shown(str(digest))} is no {shown(str(algorithm)).strip(chr(39))}", hint=_HINT
        )


def _text(one: Mapping[str, Any], name: str, where: str) -> str:
    found = one.get(name, "")
    if not isinstance(found, str):
        raise refused(f"{where}.{name}", "must be text")
    return found


def _whole(
    one: Mapping[str, Any],
    name: str,
    where: str,
    *,
    least: int = 0,
    most: int,
    default: int | None = None,
) -> int:
    found = one.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        why = "must be given" if found is None else f"must be a whole number, at least {least}"
        raise refused(f"{where}.{name}", why)
    return found
