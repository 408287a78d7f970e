"""Has USD layers read by processes that a bad one can crash or hold up, but no more."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import PurePosixPath

from rushes.inspection.bounded import Lost, Work, answered
from rushes.ports.progress import Progress, Silent
from rushes.publish.usd_facts import LayerFacts
from rushes.publish.usd_needed import need
from rushes.publish.usd_worker import answer, request

_MOST_S = 20.0  # others wait for the lock meanwhile
_MANY = 64  # below that a second process costs more than it saves


def looked_at(
    paths: Iterable[PurePosixPath], *, follow: bool = False, progress: Progress | None = None
) -> dict[PurePosixPath, LayerFacts]:
    """What each layer says and, to `follow`, the layers of ours that lie below it.

    Raises `dependency.missing`.
    """
    need()
    asked = [(path, request(path, follow=follow)) for path in dict.fromkeys(paths)]
    work = Work(
        "rushes.publish.usd_worker", "layers", _MOST_S, None if len(asked) > _MANY else 1
    )  # fmt: skip
    found: dict[PurePosixPath, LayerFacts] = {}
    for path, outcome in answered(asked, work, progress or Silent()):
        if isinstance(outcome, bytes):
            found |= {one.place: one for one in answer(outcome)}
        else:
            why = outcome.reason if isinstance(outcome, Lost) else outcome.message
            found[path] = LayerFacts(str(path), broken=f"reading it failed: {why}")
    return found


def exists(path: PurePosixPath) -> bool:
    """Whether the file is there; of tiles and frames, whether any is."""
    if os.path.lexists(path):
        return os.path.exists(path)
    text = glob.escape(str(path)).replace("<UDIM>", "[0-9][0-9][0-9][0-9]")
    text = text.replace("<UVTILE0>", "*").replace("<UVTILE1>", "*").replace("#", "[0-9]")
    return text != glob.escape(str(path)) and next(glob.iglob(text), None) is not None
