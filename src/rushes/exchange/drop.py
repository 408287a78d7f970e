"""What lies in a drop: files that may be taken, and all else put aside with the reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.histories import is_history
from rushes.model.finding import Finding, Severity
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import Facts
from rushes.transfer.learning import Place
from rushes.transfer.names import Names
from rushes.transfer.plan import Tree, listed

GROWING = "it is still being written"
_LOOK_S = 1.0
_SECOND = 1_000_000_000


class Patience(NamedTuple):
    """How long files that may still be growing are waited for, in seconds.

    A file is settled that looks the same `quiet` seconds after it was last written; after `wait`
    seconds those that are not are refused.
    """

    quiet: float = 5
    wait: float = 60


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Drop:
    """A drop as it was read. `name` is what people call it.

    `files` are plain files whose names do no harm, by path; `aside` tells why others are none, by
    path, as the end of a sentence. `histories` are files of ASC MHL, and `blind` places that could
    not be listed.
    """

    place: Place
    name: str
    files: Mapping[str, Facts]
    aside: Mapping[str, str]
    histories: tuple[str, ...] = ()
    blind: tuple[Finding, ...] = ()

    def findings(self) -> Iterator[Finding]:
        """What was put aside, and what could not be seen."""
        yield from self.blind
        for path, why in sorted(self.aside.items()):
            yield Finding(
                "drop.aside",
                Severity.ERROR,
                escape(path),
                f"It is not taken: {why}.",
                fix=aside_fix(why),
            )


def aside_fix(why: str) -> str:
    """What to do about a file that was put aside for this reason."""
    if why == GROWING:
        return "Let it be written to its end, then have the drop ingested again."
    return "Send a plain file of a plain name in its stead."


def read_drop(
    place: Place,
    name: str,
    *,
    patience: Patience = PATIENCE,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Drop:
    """List a drop until nothing in it is being written any more, or patience ends.

    Links, devices and odd names are put aside, each by itself: links, because they lead wherever
    the sender likes. Raises `nothing.found` where there is no file, `path.unreadable` where nobody
    can tell, and `cancelled`.
    """
    tree, growing = _settled(place, patience, clock=clock, sleep=sleep, progress=progress)
    names = Names((*tree.files, *tree.odd), (), windows=True)
    files: dict[str, Facts] = {}
    histories: list[str] = []
    aside = {**tree.odd, **dict.fromkeys(growing, GROWING)}
    for path, facts in tree.files.items():
        if why := names.refusal(path):
            aside[path] = why
        elif is_history(path):
            histories.append(path)
        elif path not in growing:
            files[path] = facts
    blind = tuple(
        Finding(
            "drop.blind",
            Severity.ERROR,
            escape(one.path),
            f"What lies there is not known: {one.why}.",
            fix="Mend the permissions, and ingest the drop again.",
        )
        for one in tree.unlisted
    )
    if blind and not (tree.files or tree.odd):
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(name)} cannot be listed: {tree.unlisted[0].why.rstrip('.')}.",
            hint="Nothing was taken in. Mend it, and ingest the drop again.",
        )
    if not (tree.files or tree.odd):
        raise RushesError(
            Code.NOTHING_FOUND,
            f"There is no file in {escape(name)}.",
            hint="Check the spelling, and that the storage is mounted.",
        )
    return Drop(place, name, files, aside, tuple(sorted(histories)), blind)


def watched_sleep(progress: Progress) -> Callable[[float], None]:
    """A sleep that ends as soon as nobody wants what is waited for."""

    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        while not progress.cancelled() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_S))

    return sleep


def _settled(
    place: Place,
    patience: Patience,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    progress: Progress,
) -> tuple[Tree, set[str]]:
    """The tree, and the files in it that somebody still writes."""
    tree = listed(*place)
    if place.storage.is_far():
        return tree, set()  # an object is there as a whole, or not at all
    until = clock() + patience.wait
    growing = _fresh(tree, clock(), patience.quiet)
    while growing and clock() < until:
        progress.report(len(tree.files) - len(growing), len(tree.files), note="files settled")
        if progress.cancelled():
            raise RushesError(Code.CANCELLED, "Waiting for the drop was cancelled.")
        sleep(min(patience.quiet, max(0.0, until - clock())))
        later = listed(*place)
        growing = {path for path, one in later.files.items() if one != tree.files.get(path)}
        tree = later
    return tree, growing


def _fresh(tree: Tree, now: float, quiet: float) -> set[str]:
    """Files that were written so lately that they may not be whole; those of the future, too."""
    since = (now - quiet) * _SECOND
    return {path for path, one in tree.files.items() if one.mtime_ns > since}
