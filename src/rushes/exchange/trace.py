"""A file's custody: what records, sidecars and hash lists know of it, and what nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.exchange.trace_beside import trace_beside
from rushes.exchange.trace_file import Traced
from rushes.exchange.trace_model import Trace

Step = Callable[[Trace], None]


def traced(file: Traced, steps: Iterable[tuple[str, Step]], *, verify: bool) -> Trace:
    """All that is known. `steps` are those that ask others, by what they ask; one that fails is
    told, and the others go on.
    """
    into = Trace(escape(file.shown))
    if file.is_here:
        trace_beside(file, into, verify=verify)
    failed = set()
    for name, step in steps:
        try:
            step(into)
        except RushesError as error:
            failed.add(name)
            into.unread.append(f"The {name} could not be asked: {error.message}")
    if file.trouble:
        into.unread.append(file.trouble)
    into.path = escape(file.shown)  # in full, now that it was read
    into.there, into.size, into.digest = file.there, file.size, file.digest
    into.unknown += _unknown(file, into, failed, verify=verify)
    return into


def _unknown(file: Traced, into: Trace, failed: set[str], *, verify: bool) -> Iterable[str]:
    """What nobody knows, said of no part that could not be asked."""
    damaged = bool(file.inside and into.wrong)  # that it is there is said with what is wrong
    if file.shown and not file.trouble and not damaged:
        yield from _unseen(file)
    if not into.belongs and "records" not in failed:
        yield "No publish, version or workfile on record has these bytes, or lies here."
    publishes = [one for one in into.belongs if one.kind == "publish"]
    if publishes and not into.derived:
        yield "Its publishes do not say what they were made of."
    if publishes and not any(one.drop for one in publishes):
        yield "No drop on record brought it in."
    if not into.left and "deliveries" not in failed:
        yield "No delivery on record took it."
    decided = any(one.is_decided for one in into.signed)
    if file.is_here and not decided and "sign-offs" not in failed:
        yield "Nobody has signed it off."
    has_folder = bool(file.path and not file.inside)
    listed = any("/ascmhl/" in one.by for one in into.checksums)
    if has_folder and not listed and "hash lists" not in failed:
        yield "No hash list in its folder, or above, has it."
    if not file.is_here:
        if not into.signed:
            what = "Sign-offs go" if has_folder else "Sign-offs and hash lists go"
            yield f"{what} by paths on this machine: give the file itself."
        return
    compared = [*(one.agrees for one in into.checksums), *(one.agrees for one in into.signed)]
    if None in compared and file.there and not verify:
        yield "Some checksums were not compared: --verify reads what they are of."


def _unseen(file: Traced) -> Iterable[str]:
    """What was not looked at."""
    if file.there and not file.digest:
        yield "Its bytes were not fetched, so nothing was compared with them: --verify does."
    elif file.there:
        return
    elif file.inside and "://" in file.package and file.read is None:
        yield "The package was not opened: --verify reads the file in it."
    else:
        yield "The file is not there: nothing was compared with its bytes."
