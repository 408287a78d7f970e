"""Images read for an outside store, with the frame numbers that their names tell."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from rushes import bootstrap
from rushes.cli.exr.export_sheet import Exported
from rushes.cli.exr.images import Wanted, WantedSequence
from rushes.cli.exr.reading import header
from rushes.core import clock
from rushes.core.errors import RushesError
from rushes.core.escape import escape, unescape
from rushes.core.settings import Settings
from rushes.frames.notation import parse_pattern
from rushes.inspection.header.reading import CHANGED, ReadHeader
from rushes.inspection.similarity.vectors import channel_fingerprints, embedding
from rushes.model.files import Kind
from rushes.ports.catalog import Inspected


def headers(
    asked: Sequence[WantedSequence], settings: Settings, exported: Exported
) -> Iterator[tuple[ReadHeader, Inspected]]:
    """The images of those files that can be told; the others go to `exported`."""

    @cache
    def numbers(folder: str) -> dict[str, int]:
        return _frame_numbers(folder, settings)

    for one in asked:
        whole = one.sequence and _whole_frames(one)
        for file in one.files:
            try:
                found = header(bootstrap.storage(), file.path, file.name)
            except RushesError as error:
                exported.unread(file.name, error)
                continue
            image = found.image
            if image is None or any(finding.rule == CHANGED for finding in found.findings):
                exported.damaged(found)
                continue
            folder, slash, name = file.path.rpartition("/")
            number = file.frame if whole else None
            if not one.sequence:
                number = numbers(folder + slash).get(name)
            yield (
                found,
                Inspected(
                    path=_absolute(file, settings),
                    size=found.size,
                    mtime_ns=found.mtime_ns,
                    image=image,
                    inspected=clock.now(),
                    frame_number=number,
                    metadata_embedding=embedding(image),
                    channel_fingerprints=channel_fingerprints(image),
                ),
            )


def _absolute(file: Wanted, settings: Settings) -> str:
    """One name for one file, whatever folder the person stands in."""
    if "://" in file.path:
        return file.name
    return escape(str(bootstrap.root(Path(file.path), settings).path))


def _whole_frames(sequence: WantedSequence) -> bool:
    """Whether its numbers are frames: neither tiles nor parts of frames."""
    pattern = parse_pattern(unescape(sequence.asked))
    return not (pattern.tiles or pattern.subframe_digits)


def _frame_numbers(folder: str, settings: Settings) -> dict[str, int]:
    """The frame number of each file that is one of a sequence; none where that cannot be told."""
    from rushes.scan.peek import peek

    if "://" in folder:
        return {}
    root = bootstrap.root(Path(folder or os.curdir), settings)
    rules, options = bootstrap.rules(settings), bootstrap.walk_options(settings)
    try:
        found = peek(bootstrap.storage(), root, rules=rules, options=options).folder.sequences
    except RushesError:
        return {}
    return {
        one.sequence.name(frame): frame
        for one in found
        if one.sequence.kind is Kind.FRAMES and not one.sequence.subframe_digits
        for frame in one.sequence.frames
    }
