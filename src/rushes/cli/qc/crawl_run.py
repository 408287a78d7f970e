"""One run of a command that records: everything opened, every root crawled, everything told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.expected import expected
from rushes.cli.progress import progress
from rushes.cli.qc.crawl_sheet import CrawlSheet
from rushes.cli.qc.crawling import Around, crawled
from rushes.cli.qc.options import Given
from rushes.cli.qc.posting_rows import Posts, check_database
from rushes.cli.qc.walking import media_folders
from rushes.cli.session import Session
from rushes.cli.surveying import roots
from rushes.core.errors import RushesError
from rushes.model.files import FoundFolder
from rushes.model.signoff import Result
from rushes.policy.policy import Policy
from rushes.policy.shelf import find
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.qc.bench import Wanted, everything
from rushes.qc.mirror import Mirror
from rushes.qc.order import Order
from rushes.qc.posting import Posting
from rushes.scan.roots import Root

# A root, its folders, and which of the assets in them are meant.
Part = tuple[Root, Iterable[FoundFolder], Wanted]
Parts = Callable[[Executor, Progress], Iterator[Part]]


def crawl_paths(
    session: Session,
    paths: tuple[Path, ...],
    given: Given,
    *,
    result: Result | None,
    policy: str | None,
    pixels: bool,
    deep: bool,
    fail_on: str | None,
    trak: bool,
    expect: str | None,
    no_db: bool,
) -> int:
    """Crawl whole folders, and tell what came of it."""
    check_database(trak=trak, no_db=no_db)
    settings = session.settings
    held = find(policy, settings.policy.folder) if policy is not None else None
    order = given.order(session, result=result, policy=held, pixels=pixels, deep=deep)
    asked = roots(paths, settings)

    def parts(executor: Executor, watched: Progress) -> Iterator[Part]:
        for root in asked:
            walked = media_folders(root, settings, executor=executor, progress=watched)
            yield root, walked, everything

    return record(
        session,
        order,
        parts,
        dry=given.dry_run,
        policy=held,
        pixels=pixels,
        expect=expect,
        trak=trak,
        mirrored=not no_db,
        fail_on=fail_on,
        schema="rushes.qc-crawl/1",
    )


def record(
    session: Session,
    order: Order,
    parts: Parts,
    *,
    schema: str,
    dry: bool = False,
    policy: Policy | None = None,
    pixels: bool = False,
    expect: str | None = None,
    trak: bool = False,
    mirrored: bool = True,
    fail_on: str | None = None,
) -> int:
    """Record what `parts` name, post and mirror it, and tell what came of it."""
    settings = session.settings
    order = replace(order, tracked=trak)
    judged_by = expected(expect, settings, no_db=not mirrored)
    sheets: list[CrawlSheet] = []
    mirror = None
    with ExitStack() as open_:
        posts = _posts(session, open_) if trak and not dry else None
        if mirrored and not dry and bootstrap.database_known(settings):
            mirror = Mirror(lambda: bootstrap.sign_offs(settings), session.actor)
        executor = open_.enter_context(closing(bootstrap.executor(settings)))
        watched = open_.enter_context(progress("looking"))
        around = Around(
            executor=executor,
            expect=judged_by,
            progress=watched,
            policy=policy,
            pixels=pixels,
            posts=posts,
            mirror=mirror,
            dry=dry,
        )
        try:
            for root, walked, wanted in parts(executor, watched):
                sheets.append(crawled(session, root, walked, order, around, wanted=wanted))
        finally:
            # What was written is mirrored, whatever became of the rest.
            outcome = mirror.close() if mirror is not None else None
    problem = outcome.problem if outcome is not None else None
    _tell(session, schema, sheets, posts, problem)
    return _exit_code(sheets, posts, problem, fail_on)


def _exit_code(
    sheets: Sequence[CrawlSheet],
    posts: Posts | None,
    problem: RushesError | None,
    fail_on: str | None,
) -> int:
    codes = [sheet.exit_code(fail_on) for sheet in sheets]
    codes += [posts.exit_code] if posts is not None else []
    codes += [exits.EXIT_CODES[problem.code]] if problem is not None else []
    return exits.gravest(codes)


def _posts(session: Session, open_: ExitStack) -> Posts:
    """The way to the tracker, opened before anything is done: what is missing is told now."""
    tracker = open_.enter_context(closing(bootstrap.tracker(session.settings, "trak")))
    outbox = open_.enter_context(closing(bootstrap.outbox(session.settings)))
    return Posts(Posting(outbox, tracker, actor=session.actor))


def _tell(
    session: Session,
    schema: str,
    sheets: Sequence[CrawlSheet],
    posts: Posts | None,
    problem: RushesError | None,
) -> None:
    if session.as_json:
        show.json(
            schema,
            {
                "crawls": [sheet.row() for sheet in sheets],
                "trak": posts.row() if posts is not None else None,
                "database_problem": problem.message if problem is not None else None,
            },
        )
        return
    for sheet in sheets:
        sheet.show()
    if posts is not None:
        posts.show()
    if problem is not None:
        show.error(problem, as_json=False)
