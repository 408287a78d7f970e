"""`rushes outbox`: what trackers have yet to be told, and telling it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import click

from rushes import bootstrap
from rushes.cli import exits, outbox_sheet, show
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.outbox import OPEN, PostState, QueuedPost
from rushes.ports.records import every
from rushes.qc.sending import Sender, Sent

if TYPE_CHECKING:
    from rushes.ports.outbox import Outbox

_NOT_DELIVERED = tuple(state for state in PostState if state is not PostState.DELIVERED)
# What is sent, or asked after, without being named.
_BY_ITSELF = (*OPEN, PostState.UNKNOWN)


@click.group()
def outbox() -> None:
    """List what trackers have yet to be told, and send it again."""


@command
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in PostState]),
    help="List posts in this state (repeatable); without it, all that are not delivered.",
)
def list_command(session: Session, *, states: tuple[str, ...]) -> int:
    """List posts that trackers do not have, or those in a state."""
    wanted = [PostState(name) for name in states] or list(_NOT_DELIVERED)
    posts: list[QueuedPost] = []
    if bootstrap.database_known(session.settings):
        with closing(bootstrap.outbox(session.settings)) as kept:
            posts = list(every(lambda page: kept.posts(states=wanted, page=page)))
    if session.as_json:
        rows = [outbox_sheet.post_row(one) for one in posts]
        show.json("rushes.outbox/1", {"posts": rows})
        return exits.OK
    show.table(outbox_sheet.lines(posts), right=(0,))
    if not posts:
        show.note("There is none.")
    return exits.OK


@command
@click.argument("ids", nargs=-1, type=click.IntRange(min=1), metavar="[ID]…")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Send all that is not delivered: also what was refused, what may have arrived, and what"
    " the tracker wants to have later.",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be sent, and send nothing.")
def retry(session: Session, *, ids: tuple[int, ...], everything: bool, dry_run: bool) -> int:
    """Send what waits; or the posts called ID, whatever became of them.

    Where nobody knows whether a post arrived, the tracker is asked. If it cannot tell, the post is
    sent again only when it is named or with --all. Exits 0 when trackers have all they were to
    have, 1 when some were refused or may not have arrived, 3 when some could not be sent.
    """
    if ids and everything:
        raise click.UsageError("Name posts, or take --all of them.")
    if not bootstrap.database_known(session.settings):
        if ids:
            raise _not_there(ids)
        return _told(session, iter(()))
    with closing(bootstrap.outbox(session.settings)) as kept:
        posts = _chosen(kept, ids, everything=everything)
        if dry_run:
            return _planned(session, posts)
        return _told(session, _sent(session, kept, posts, again=bool(ids) or everything))


def _chosen(kept: Outbox, ids: Sequence[int], *, everything: bool) -> list[QueuedPost]:
    if ids:
        found = list(every(lambda page: kept.posts(ids=ids, page=page)))
        missing = sorted(set(ids) - {one.id for one in found})
        if missing:
            raise _not_there(missing)
        return found
    states = _NOT_DELIVERED if everything else _BY_ITSELF
    return list(every(lambda page: kept.posts(states=states, page=page)))


def _sent(
    session: Session, kept: Outbox, posts: Sequence[QueuedPost], *, again: bool
) -> Iterator[Sent]:
    """All posts, tracker by tracker. A tracker that is not set up is told before any is sent."""
    now = clock.now()
    names = sorted({one.post.tracker for one in posts})
    trackers = [bootstrap.tracker(session.settings, name) for name in names]
    for tracker in trackers:
        asked = [one for one in posts if one.post.tracker == tracker.name]
        due = [one.id for one in asked if again or one.due <= now]
        with closing(tracker):
            yield from Sender(kept, tracker, actor=session.actor).send(due, again=again)
        later = (one for one in asked if not again and one.due > now)
        yield from (Sent(one, one.state, _not_due(one)) for one in later)


def _told(session: Session, sent: Iterator[Sent]) -> int:
    sums, rows = outbox_sheet.Sums(), []
    for one in sent:
        sums.take(one)
        if session.as_json:
            rows.append(outbox_sheet.sent_row(one))
        else:
            show.text(outbox_sheet.sent_line(one))
    if session.as_json:
        told = {"dry_run": False, "posts": rows, "sums": sums.row()}
        show.json("rushes.outbox-retry/1", told)
    else:
        show.text(sums.line())
    return sums.code


def _planned(session: Session, posts: Sequence[QueuedPost]) -> int:
    left = [one for one in posts if one.state is not PostState.DELIVERED]
    if session.as_json:
        rows = [outbox_sheet.post_row(one) for one in left]
        show.json("rushes.outbox-retry/1", {"dry_run": True, "posts": rows, "sums": None})
        return exits.OK
    show.table(outbox_sheet.lines(left), right=(0,))
    show.text(f"{show.counted(len(left), 'post')} would be sent, or asked after. Nothing was.")
    return exits.OK


def _not_due(one: QueuedPost) -> str:
    return f"not before {clock.iso(one.due)[:19]}Z, as the tracker wants it ({one.told})"


def _not_there(ids: Sequence[int]) -> RushesError:
    return RushesError(
        Code.RECORD_NOT_FOUND,
        f"There is no post {', '.join(map(str, ids))} in the outbox. Nothing was sent.",
        hint="rushes outbox list tells which there are.",
    )


outbox.add_command(list_command, "list")
outbox.add_command(retry, "retry")
