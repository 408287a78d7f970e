"""`rushes publish`: files checked, hashed, numbered and recorded, where they lie or as a copy."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.model.work import FIRST, Number
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.ports.studio import Access, Filter, Op, Query
from rushes.publish.judging import Status
from rushes.publish.ledger import Ledger
from rushes.publish.publishing import Planned
from rushes.publish.target import Target, read_wish, shown
from rushes.tracking.refusing import shown as shown_text

_ENDS = {
    Status.OK: exits.OK,
    Status.WARNINGS: exits.FOUND,
    Status.FAILED: exits.NOT_THERE,
}


@command
@click.option("--show", "show_", required=True, metavar="SHOW", help="The show it is of.")
@click.option("--seq", default="", metavar="SEQ", help="The shot's sequence, where several fit.")
@click.option("--shot", required=True, metavar="SHOT", help="The shot it is of.")
@click.option(
    "--task", default="", metavar="TASK", help="The task, by name or type; the only one there is."
)
@click.option(
    "--version",
    default="next",
    show_default=True,
    metavar="v001|next",
    help="The version; one that is taken is refused.",
)
@click.option(
    "--iteration",
    metavar="N|next",
    help="The iteration of the version (1); `next` is the next one of the last version.",
)
@click.option(
    "--software", default="rushes", show_default=True, metavar="NAME", help="What made it."
)
@click.option("--part", default="", metavar="PART", help="Which part it is, where there are parts.")
@click.option("--note", default="", metavar="TEXT", help="What is to be said of it.")
@click.option("--label", default="", metavar="TEXT", help="What people call it.")
@click.option(
    "--by",
    default="",
    metavar="LOGIN",
    help="Whose it is on record (default: the system's user, where that is a login).",
)
@face.expect
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="NAME|FILE",
    help="Hold the files against this policy, too; its errors fail the publish (repeatable).",
)
@click.option(
    "--item-usd",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="The layer of a USD part that was written: …/usd/ASSET/PART/data/PART_v001_i001.usd.",
)
@click.option(
    "--asset-usd",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="The stable layer that is to point to it (default: …/usd/ASSET/PART/PART.usd).",
)
@click.option(
    "--copy-to",
    type=GivenPath(),
    metavar="DIR",
    help="Publish a read-only copy below this folder, named by the template `publish`.",
)
@click.option(
    "--hardlink",
    is_flag=True,
    help="With --copy-to: link instead of copying. The files themselves become read-only.",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be published, and write nothing.")
@face.walking
@click.argument("paths", nargs=-1, type=GivenPath(), metavar="[PATH]…")
def publish(
    session: Session,
    *,
    show_: str,
    seq: str,
    shot: str,
    task: str,
    version: str,
    iteration: str | None,
    software: str,
    part: str,
    note: str,
    label: str,
    by: str,
    expect: str | None,
    policies: tuple[str, ...],
    item_usd: Path | None,
    asset_usd: Path | None,
    copy_to: Path | None,
    hardlink: bool,
    dry_run: bool,
    paths: tuple[Path, ...],
) -> int:
    """Publish the file sequences and files below each PATH, or the shot's renders.

    They are checked for missing frames (against --expect, else the shot's range on record, else
    the settings), hashed with BLAKE3, given a number that nobody else gets, and recorded. Media is
    never moved, changed or deleted. Exits 0 when all is well, 1 with warnings, 2 when the publish
    failed and is recorded so or nothing could be published, 3 when files could not be read or
    changed meanwhile, 4 when all but its sidecar was written.
    """
    from rushes.cli.publish_order import Asked, Planning

    if hardlink and copy_to is None:
        raise click.UsageError("--hardlink needs --copy-to: where is it to be linked?")
    asked = Asked(
        Target(show_, shot, seq, task=task, software=software, part=part),
        read_wish(version, iteration),
        paths=paths,
        note=note,
        label=label,
        expect=expect,
        policies=policies,
        item_usd_path=item_usd,
        asset_usd_path=asset_usd,
        copy_to=copy_to,
        hardlink=hardlink,
    )
    if dry_run:
        _check_known(session)
    if by:
        session.actor = _by(session, by)
    with (
        closing(bootstrap.ledger(session.settings, session.actor)) as ledger,
        closing(bootstrap.executor(session.settings)) as executor,
        progress("publishing") as watched,
    ):
        planned = Planning(session, executor, watched).plan(asked, ledger)
        if dry_run:
            return _tell_plan(session, planned, ledger)
        return _done(session, planned, ledger, executor=executor, watched=watched)


def _check_known(session: Session) -> None:
    """Refuse to look into records that would have to be made for it."""
    settings = session.settings
    if settings.tracking.backend == "database" and not bootstrap.database_known(settings):
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            "There are no records yet, so nothing can be published.",
            hint="Make the show with `rushes show create`, or set tracking.backend to json.",
        )


def _by(session: Session, login: str) -> Actor:
    """Who publishes, on behalf of that person. Raises `record.not_found` for a login that the
    records do not know, which would be nobody's publish in the end.
    """
    if session.settings.tracking.backend == "database":
        _check_known(session)
        wanted = Query((Filter("login", Op.IS, login),), fields=("login",))
        with closing(bootstrap.studio(session.settings)) as studio:
            found = studio.find("artist", wanted, access=Access(everything=True)).rows
        if not found:
            raise RushesError(
                Code.RECORD_NOT_FOUND,
                f"There is nobody with the login {shown_text(login)} on record.",
                hint="`rushes user list` tells who there is.",
            )
    return replace(session.actor, on_behalf_of=login)


def _done(
    session: Session, planned: Planned, ledger: Ledger, *, executor: Executor, watched: Progress
) -> int:
    from rushes.cli.publish_sheet import published_row, show_published
    from rushes.publish.publishing import publish as published

    done = published(planned, ledger, executor, progress=watched)
    if session.as_json:
        show.json("rushes.publish/1", published_row(done))
    else:
        show_published(done)
        if not done.noted.artist:
            show.note("It is by nobody known: the records have no such login; --by names one.")
    unwritten = exits.OK if done.problem is None else exits.EXIT_CODES[done.problem.code]
    return exits.gravest((_ENDS[done.status], unwritten))


def _tell_plan(session: Session, planned: Planned, ledger: Ledger) -> int:
    from rushes.cli.publish_sheet import planned_row, show_planned

    number = _next(planned, ledger)
    if session.as_json:
        show.json("rushes.publish/1", planned_row(planned, number, ledger.name))
    else:
        show_planned(planned, number)
    return _ENDS[planned.verdict.status]


def _next(planned: Planned, ledger: Ledger) -> Number:
    """The number that it would get as things stand."""
    wanted = planned.wish.number
    if wanted is not None and ledger.taken(planned.aim, wanted):
        raise RushesError(
            Code.RECORD_CONFLICT,
            f"{shown(wanted)} is recorded already.",
            hint="Take the next one: --version next.",
        )
    if wanted is not None:
        return wanted
    last = ledger.last(planned.aim)
    return FIRST if last is None else last.next(planned.wish.bump)
