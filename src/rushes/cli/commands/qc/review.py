"""`rushes qc review`: what is pending, asset by asset, with a key for each decision."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.qc.options import Given, absolute_sidecar_root, sidecar_root
from rushes.cli.qc.review_course import Course
from rushes.cli.qc.review_deciding import Decide
from rushes.cli.qc.review_listing import Listing, listing
from rushes.cli.qc.review_sheet import document, show_end, show_problems
from rushes.cli.qc.terminal_pictures import Way
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.signoff import Result
from rushes.qc.places import Mode
from rushes.scan.roots import Root

_RESULTS = [one.value for one in Result]


@command
@click.argument("path", type=GivenPath(), metavar="PATH")
@click.option(
    "--operator", metavar="NAME", help="Who checks (default: the name you are logged in as)."
)
@click.option(
    "--result-filter",
    "results",
    type=click.Choice(_RESULTS),
    multiple=True,
    help="Show assets with this result (default: pending). May be given several times.",
)
@click.option("--all", "every", is_flag=True, help="Show every asset, whatever its result.")
@click.option("--key", metavar="NAME", help="The key to sign with.")
@click.option(
    "--pictures",
    type=click.Choice([one.value for one in Way]),
    help="How to show pictures (default: the best way that the terminal tells of).",
)
@sidecar_root
def review(
    session: Session,
    *,
    path: Path,
    operator: str | None,
    results: tuple[str, ...],
    every: bool,
    key: str | None,
    pictures: str | None,
) -> int:
    """Go through what is pending below PATH at the terminal, with a picture where it can show one.

    p passes an asset (p or Enter once more records it), f fails it and asks why, n writes a note,
    s and b go on and back, u undoes what is not recorded yet, ? helps, q quits. A decision is said
    to be made once its record is written. With --json, what is pending is listed and nothing is
    asked. Exits 2 when there is no record below PATH or this is no terminal, 1 or 3 when records
    could not be read, 4 when a decision could not be recorded.
    """
    session.flags |= {"qc.key": key}
    if every and results:
        raise click.UsageError("--all and --result-filter contradict each other: use one of them.")
    if not session.as_json:
        _check_terminal()
    root = bootstrap.root(path, session.settings)
    found = _listing(session, root, () if every else results or (Result.PENDING.value,))
    if not found.looked and not found.problems:
        raise RushesError(
            Code.NOTHING_FOUND,
            f"There is no record below {escape(str(path))}.",
            hint="`rushes qc crawl` makes them.",
        )
    unrecorded: list[RushesError] = []
    if session.as_json:
        show.json("rushes.qc-review/1", document(found))
    elif found.assets:
        unrecorded = _reviewed(session, root, found, operator=operator, way=pictures)
    else:
        show.text(f"There is nothing to decide: {show.counted(found.looked, 'asset')} looked at.")
    if not session.as_json:
        show_problems(found.problems)
    return exits.gravest(exits.EXIT_CODES[one.code] for one in (*found.problems, *unrecorded))


@contextmanager
def decider(
    session: Session, root: Root, *, operator: str | None, problems: list[RushesError]
) -> Iterator[Decide]:
    """What records decisions: the one place where the review meets the sign-off.

    A locked key's passphrase is asked for here, before the screen is taken. What the database
    could not be told is added to `problems` at the end.
    """
    from rushes.cli.qc.review_recording import Recorder
    from rushes.qc.mirror import Mirror

    settings = session.settings
    given = Given(operator, None, xattr=False, dry_run=False)
    order = given.order(session, result=None)
    mirror = None
    if bootstrap.database_known(settings):
        mirror = Mirror(lambda: bootstrap.sign_offs(settings), session.actor)
    with closing(bootstrap.executor(settings)) as executor:
        try:
            yield Recorder(root.mount, settings, order, executor, mirror)
        finally:
            outcome = mirror.close() if mirror is not None else None
            if outcome is not None and outcome.problem is not None:
                problems.append(outcome.problem)


def _check_terminal() -> None:
    if sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        return
    raise RushesError(
        Code.USAGE,
        "A review takes a terminal, and this is none that it could be done at.",
        hint="`rushes qc sign PATH --result pass` records a decision without one; --json lists"
        " what is pending.",
    )


def _listing(session: Session, root: Root, results: tuple[str, ...]) -> Listing:
    records_root = absolute_sidecar_root(session)
    mode = Mode(session.settings.qc.sidecar_mode)
    return listing(root, results, mode=mode, sidecar_root=records_root)


def _reviewed(
    session: Session, root: Root, found: Listing, *, operator: str | None, way: str | None
) -> list[RushesError]:
    """Review, and tell what came of it; the errors of decisions that were not recorded."""
    from rushes.cli.qc.review_loop import Review, run

    course = Course(found.assets)
    name = operator or session.actor.name
    with decider(session, root, operator=operator, problems=found.problems) as decide:
        try:
            run(Review(course, decide, Path(root.mount), name, Way(way) if way else None))
        finally:
            show_end(course)
    return list(course.errors.values())
