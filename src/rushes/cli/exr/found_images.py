"""Recorded images as people and programs read them; frames of a sequence on one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

import click

from rushes.cli import show
from rushes.cli.face import with_options
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.frames.notation import format_frames
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.model.image_query import FIELDS, ImageQuery
from rushes.ports.images import FoundImage

_CONDITIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--layer", "layers", multiple=True, metavar="PATTERN", help="A layer is called like this."
    ),
    click.option(
        "--channel",
        "channels",
        multiple=True,
        metavar="PATTERN",
        help="A channel is called like this, in full: diffuse.R.",
    ),
    click.option(
        "--compression",
        "compressions",
        multiple=True,
        metavar="PATTERN",
        help="A part is compressed like this: zip, dwa*.",
    ),
    click.option("--show", "show_name", metavar="NAME", help="Of this show."),
    click.option(
        "--where",
        metavar="CONDITION",
        help="A condition such as \"width >= 3840 and not attr.owner = 'ILM'\"; fields: "
        + ", ".join(FIELDS)
        + ", attr.NAME.",
    ),
)


def conditions(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say which images are asked for, and hand over the query."""
    from functools import wraps

    @wraps(function)
    def run(
        *args: Any,
        layers: tuple[str, ...],
        channels: tuple[str, ...],
        compressions: tuple[str, ...],
        show_name: str | None,
        where: str | None,
        **given: Any,
    ) -> int:
        from rushes.inspection.where import condition

        given_once = {"--show": show_name, "--where": where}
        asked = {"--layer": layers, "--channel": channels, "--compression": compressions} | {
            option: () if text is None else (text,) for option, text in given_once.items()
        }
        for option, texts in asked.items():
            for text in texts:
                _check(option, text)
        query = ImageQuery(
            *(layers, channels, compressions, show_name or ""),
            condition(where) if where is not None else None,
        )
        return function(*args, query=query, **given)

    asked: Callable[..., int] = with_options(run, _CONDITIONS)
    return asked


def _check(option: str, text: str) -> None:
    """Raise `usage` for nothing at all, which a variable without a value leaves and which would
    find everything, and for what no header can hold as text.
    """
    if not text.strip():
        raise RushesError(
            Code.USAGE,
            f"{option} is empty.",
            hint="Say what it is to be like, or leave it out; '*' stands for anything.",
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise RushesError(
            Code.USAGE,
            f"{escape(text)!r} is no UTF-8.",
            hint="Names in headers are text; write ? for a character that cannot be typed.",
        ) from error


def by_path(found: Iterable[FoundImage]) -> list[FoundImage]:
    """The same, folder by folder, frames of a sequence after one another."""
    return sorted(
        found,
        key=lambda one: (
            *(one.mount, one.sequence.folder.parts, one.sequence.head, one.sequence.tail),
            *(one.sequence.padding, one.frame),
        ),
    )


def place(found: FoundImage) -> str:
    """The file's path on this machine, escaped."""
    return escape(f"{found.mount.rstrip('/')}/{found.sequence.path(found.frame)}")


def lines(found: Iterable[FoundImage]) -> Iterator[tuple[str, ...]]:
    """One line for the frames of a sequence that are alike in what is shown."""
    for (sequence, mount, *_), several in groupby(found, key=_alike):
        images = list(several)
        first = images[0]
        yield (
            escape(f"{mount.rstrip('/')}/{_name(sequence)}"),
            _frames(sequence, images),
            f"{first.width} × {first.height}" if first.width else "-",
            ",".join(first.compressions),
            show.counted(first.channels, "channel"),
            ",".join(one for one in first.layers if one) or "-",
        )


def row(found: FoundImage) -> dict[str, Any]:
    """One file as JSON."""
    told: dict[str, Any] = {
        "path": place(found),
        "folder": escape(str(found.sequence.folder)),
        "frame": None if found.sequence.kind is Kind.FILE else found.frame,
        "bytes": found.state.size,
        "modified": clock.iso_ns(found.state.mtime_ns),
        "width": found.width,
        "height": found.height,
        "compressions": list(found.compressions),
        "layers": list(found.layers),
        "parts": found.parts,
        "channels": found.channels,
    }
    if found.distance is not None:
        told["distance"] = round(found.distance, 6)
    return told


def _alike(found: FoundImage) -> tuple[Any, ...]:
    size = (found.width, found.height)
    return (found.sequence, found.mount, size, found.compressions, found.layers, found.channels)


def _name(sequence: FileSequence) -> str:
    return str(sequence.folder / sequence.pattern)


def _frames(sequence: FileSequence, images: list[FoundImage]) -> str:
    if sequence.kind is Kind.FILE:
        return ""
    frames = FrameSet.of(one.frame for one in images)
    return format_frames(frames, subframe_digits=sequence.subframe_digits)
