"""`rushes watch`: file sequences while a render writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

import click

from rushes import bootstrap
from rushes.cli import exits, face
from rushes.cli.expected import absent, expected
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.cli.watch_sheet import Ending, Sheet
from rushes.cli.watching import following, no_expectations
from rushes.scan.gaps import nothing_known
from rushes.scan.peek import peek
from rushes.scan.watch import Watch
from rushes.scan.watch_events import Event

_SECONDS = click.FloatRange(min=0, min_open=True)
_CODES = {
    "complete": exits.OK,
    "stalled": exits.FOUND,
    "gone": exits.NOT_THERE,
    "interrupted": exits.INTERRUPTED,
}


@command
@click.argument("path", type=face.GivenPath(), metavar="PATH")
@face.expect
@face.no_db
@click.option("--poll", is_flag=True, help="Look every so often (watch.poll), even locally.")
@click.option(
    "--stall-after",
    type=_SECONDS,
    metavar="SECONDS",
    help="Say that a file sequence has stalled when nothing came for so long.",
)
@click.option(
    "--until-complete",
    is_flag=True,
    help="End when all that is expected is complete (0), or the rest has stalled (1).",
)
@click.option("--timeout", type=_SECONDS, metavar="SECONDS", help="End after so long.")
def watch(
    session: Session,
    *,
    path: Path,
    expect: str | None,
    no_db: bool,
    poll: bool,
    stall_after: float | None,
    until_complete: bool,
    timeout: float | None,
) -> int:
    """Follow the file sequences below PATH as they are written.

    Frames are held against --expect, else the shot's range in the settings, else its range on
    record as it is when the show is first met; where none says anything, no sequence is ever
    called complete. Ends when interrupted (130), when PATH is gone (2), when the records are out of
    reach (3), or when --timeout is over: 1 with --until-complete, else 0. Where a part could not be
    read, it exits 3 instead of 0.
    """
    session.flags["watch.stall_after"] = stall_after
    settings = session.settings
    judged_by = expected(expect, settings, no_db=no_db)
    if until_complete and judged_by is nothing_known:
        raise no_expectations()
    root = bootstrap.root(path, settings)
    rules, options = bootstrap.rules(settings), bootstrap.walk_options(settings)
    peek(bootstrap.storage(), root, rules=rules, options=options)
    sheet = Sheet(root, as_json=session.as_json)
    with closing(following(root, settings, expect=judged_by, poll=poll, sheet=sheet)) as follower:
        ending = _followed(
            follower.rounds(),
            follower.watch,
            sheet,
            patience=settings.watch.stall_after if until_complete else None,
            timeout=timeout,
            lacking=lambda: bool(absent(judged_by, root)),
        )
    sheet.end(ending)
    code = _CODES.get(ending.reason, exits.FOUND if until_complete else exits.OK)
    if ending.standing.unreadable and code == exits.OK:
        return exits.UNAVAILABLE
    return code


def _followed(
    rounds: Iterator[list[Event]],
    watch: Watch,
    sheet: Sheet,
    *,
    patience: float | None,
    timeout: float | None,
    lacking: Callable[[], bool],
) -> Ending:
    """Tell every round until it ends; with `patience`, when all that is expected is complete, and
    nothing is `lacking` that ought to be there beside.
    """
    began = monotonic()
    reason = "gone"
    try:
        for events in rounds:
            sheet.tell(events)
            standing, passed = watch.standing(), monotonic() - began
            if patience is not None and standing.all_complete and not lacking():
                reason = "complete"
                break
            waiting = not standing.expected or standing.all_complete
            nothing_came = waiting and patience is not None and passed >= patience
            if patience is not None and (standing.hopeless or nothing_came):
                reason = "stalled"
                break
            if timeout is not None and passed >= timeout:
                reason = "timeout"
                break
    except KeyboardInterrupt:
        reason = "interrupted"
    return Ending(reason, watch.standing(), monotonic() - began)
