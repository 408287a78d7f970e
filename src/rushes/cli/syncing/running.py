"""One sync from its options to its end: looked at, told, carried out, reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.cli import show
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.cli.syncing.options import Wish
from rushes.cli.syncing.ordering import ordered
from rushes.cli.syncing.sheet import exit_code, show_end, show_plan
from rushes.core import digest, folders
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.lock import Words, held
from rushes.transfer.ledger import Ledger, opened
from rushes.transfer.sync.order import Order, looked_at
from rushes.transfer.sync.story import Story, begun

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.transfer.outcome import Outcome
    from rushes.transfer.plan import Operation
    from rushes.transfer.sync.rows import Row

_REPORT = "rushes.sync-report/1"
_ENDINGS = (".html", ".csv", ".json")
_PAGE = b'<meta name="generator" content="Rushes '
_WAIT_S = 1.0


def sync(session: Session, wish: Wish, *, to: bool) -> int:
    """Plan, tell, and unless it is a dry run do what was told; the exit code."""
    order = ordered(wish, to=to)
    _check_reports(wish, order.source_name if to else order.target_name)
    with _ledger(session.settings.data_dir / "transfers", order) as ledger:
        with progress("comparing") as watched:
            made = looked_at(order, ledger, watched)
        story = begun(order, made, partial(_grouped, session.settings), to=to)
        if not session.as_json:
            show_plan(story)
        if not wish.dry_run:
            story = _done(story, ledger)
    if wish.reports:
        from rushes.transfer.sync.reports import write_report

        for path in wish.reports:
            write_report(path, story, schema=_REPORT)
    if session.as_json:
        show.json("rushes.sync/1", story.row())
    else:
        show_end(story)
    return exit_code(story)


def _grouped(settings: Settings, operations: Iterable[Operation]) -> Sequence[Row]:
    from rushes.transfer.sync.rows import rows

    return rows(operations, bootstrap.rules(settings))


def _done(story: Story, ledger: Ledger) -> Story:
    # Nothing is to be done, nor to be noted, of what is known to be the same.
    if not story.open and not ledger.under_way():
        return story._replace(outcomes={})
    from rushes.transfer.sync.carrying_out import carried_out

    outcomes: dict[str, Outcome] = {}
    left = story.made._replace(operations=story.open)
    with progress("uploading" if story.to else "downloading") as watched:
        for one in carried_out(story.order, left, ledger, watched):
            outcomes[one.path] = one
    return story._replace(outcomes=outcomes)


@contextmanager
def _ledger(above: Path, order: Order) -> Iterator[Ledger]:
    """The ledger, while no other run moves anything between the two places, either way.

    Raises `lock.unavailable` where another does so for more than a moment.
    """
    ends = sorted((order.source_name, order.target_name))
    key = digest.key(*map(escape, ends))
    words = Words(f"Another run is moving files between {escape(ends[0])} and {escape(ends[1])}.")
    with (
        held(folders.made(above) / f"{key}.lock", wait_s=_WAIT_S, words=words),
        opened(above, order.source_name, order.target_name) as ledger,
    ):
        yield ledger


def _check_reports(wish: Wish, folder: str) -> None:
    """Refuse reports that could not be written, or would lie in the folder that is synced."""
    for path in wish.reports:
        ending = path.suffix.lower()
        if ending not in _ENDINGS:
            raise RushesError(
                Code.USAGE,
                f"{escape(str(path))} tells no kind of report.",
                hint=f"Let its name end with {', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}.",
            )
        from rushes.cli.report_place import Form, outside
        from rushes.scan.roots import Root
        from rushes.transfer.sync.reports import table_mark

        mark = {".csv": table_mark(), ".json": f'"{_REPORT}"'.encode()}.get(ending, _PAGE)
        outside(path, [Root(folder)], form=Form("--report", f"sync{ending}", mark))
