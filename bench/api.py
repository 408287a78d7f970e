"""Measures the server: shots with tasks, one task, a status with a comment, versions, numbers.

    python bench/api.py [--zou SCRIPTS] [--sequences 100] [--seconds 10] [--workers 3] [--small]

A project of 100 sequences, 2,000 shots and 10,000 tasks is loaded over the API. Beside Rushes, in
the same run, stands Zou (Kitsu's server), where the folder of scripts that bring it up is given:
both with as many workers, on the same cores, with PostgreSQL there as well, asked by the same load
generator over eight connections from the other cores, in turn. Every figure by which the two are
compared is a ratio. All that was started is ended.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple

import api_ours as rushes
import api_zou as zou
from api_load import Connection, Served, Work, ask_for
from measure import machine
from targets import Result, at_least, at_most, table, told

CONNECTIONS, PAGES = 8, (100, 250, 500, 1000)
EVENTS, ALLOCATIONS = 100_000, 250
PORT = 8641
_LEAD, _TAIL = 5.0, 1 / 3


class Side(NamedTuple):
    """What is asked of one server: how it is reached, and the work of each process."""

    connect: Callable[[], Connection]
    work: Callable[[int], Work]


class Case(NamedTuple):
    """The same work on both servers; `theirs` is None where the peer has nothing like it."""

    what: str
    ours: Side
    theirs: Side | None = None


def cases(ours: rushes.Ours, peer: zou.Zou | None, *, page: int) -> list[Case]:
    """All that is measured."""

    def side(work: Callable[..., Work], *, each: bool = False, **given: int) -> Side:
        if each:
            return Side(ours.connect, lambda number: work(ours, number))
        return Side(ours.connect, lambda _: work(ours, **given))

    def their(work: Callable[..., Work], *, each: bool = False) -> Side | None:
        if peer is None:
            return None
        return Side(peer.connect, lambda number: work(peer, number) if each else work(peer))

    return [
        Case(f"all {ours.shots:,} shots with tasks", side(rushes.shots_with_tasks, page=page),
             their(zou.shots_with_tasks)),
        Case("100 shots with tasks", side(rushes.a_page_of_shots)),
        Case("100 tasks", side(rushes.a_page_of_tasks), their(zou.a_page_of_tasks)),
        Case("one task", side(rushes.one_task, each=True), their(zou.one_task, each=True)),
        Case("a status with a comment", side(rushes.status_changes, each=True),
             their(zou.status_changes, each=True)),
        Case("a version", side(rushes.versions, each=True), their(zou.versions, each=True)),
    ]  # fmt: skip


def compared(found: Sequence[Case], ask: Callable[[Side], Served]) -> Iterator[Result]:
    """Both sides in turn, case by case; what each came to is printed as it comes."""
    for case in found:
        ours = ask(case.ours)
        show("Rushes", case.what, ours)
        if ours.failed:
            yield at_most(f"{case.what}: failed", ours.failed, 0, unit="")
        if case.theirs is None:
            yield told(f"{case.what}, a second", ours.rate, unit="")
            continue
        theirs = ask(case.theirs)
        show("Zou", case.what, theirs)
        yield at_least(f"{case.what}: a second, by the peer", ours.rate / theirs.rate, _LEAD)
        share = ours.quantile(0.95) / theirs.quantile(0.95)
        yield at_most(f"{case.what}: p95, by the peer", share, round(_TAIL, 3))


def best_page(ours: rushes.Ours, ask: Callable[[Side], Served]) -> int:
    """The size of page by which all shots are there the soonest."""
    rates = {}
    for size in PAGES:
        work = partial(rushes.shots_with_tasks, page=size)
        served = ask(Side(ours.connect, lambda _, work=work: work(ours)))  # type: ignore[misc]
        show("Rushes", f"pages of {size}", served)
        rates[size] = served.rate
    return max(rates, key=lambda size: rates[size])


def after_history(
    ours: rushes.Ours, before: Served, events: int, ask: Callable[[Side], Served]
) -> Iterator[Result]:
    """A status change when much has happened, by one when nothing has."""
    rushes.history(ours, events)
    after = ask(Side(ours.connect, lambda number: rushes.status_changes(ours, number)))
    show("Rushes", f"a status after {events:,} events", after)
    ratio = before.rate / after.rate
    yield at_most(f"a status change after {events:,} events, by before", ratio, 1.1)


def allocating(ours: rushes.Ours, *, each: int, cores: Sequence[int]) -> Iterator[Result]:
    """Numbers for all at once on twenty tasks: none fails, none is given twice."""
    served = ask_for(
        lambda number: rushes.numbers(ours, number),
        ours.connect,
        connections=CONNECTIONS,
        units=each,
        cores=cores,
        keep=True,
    )
    show("Rushes", "a number, on 20 tasks", served)
    doubled = len(served.kept) - len(set(served.kept))
    yield at_most("numbers: failed, or given twice", served.failed + doubled, 0, unit="")
    yield at_most("numbers: p99", served.quantile(0.99), 100, unit=" ms")


def show(who: str, what: str, served: Served) -> None:
    """What a run came to."""
    size = served.received / max(1, len(served.took)) / 1024
    print(
        f"  {who:6} {what:32} {served.rate:8.1f}/s  p50 {served.quantile(0.5):7.1f} ms"
        f"  p95 {served.quantile(0.95):7.1f} ms  p99 {served.quantile(0.99):7.1f} ms"
        f"  n={len(served.took)} failed={served.failed}  {size:.1f} KB",
        flush=True,
    )


@contextmanager
def scratch(chosen: Path | None) -> Iterator[Path]:
    """A folder that other users may enter, as PostgreSQL's must; removed unless it was chosen."""
    folder = chosen or Path(tempfile.mkdtemp(prefix="bench-api-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        if chosen is None:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measure, and print a table of results beside their targets."""
    given = options()
    cores = sorted(os.sched_getaffinity(0))
    serving, asking = (cores[1:3], [cores[0], *cores[3:]]) if len(cores) > 3 else (cores, cores)

    def ask(side: Side) -> Served:
        return ask_for(side.work, side.connect, connections=CONNECTIONS, seconds=given.seconds,
                       cores=asking)  # fmt: skip

    with scratch(given.at) as folder:
        print(machine(folder), flush=True)
        peer = (
            zou.served(given.zou, folder, workers=given.workers, cores=serving, loaded=given.loaded)
            if given.zou
            else nullcontext()
        )
        ours_of = partial(rushes.served, folder, port=PORT, workers=given.workers, cores=serving)
        with peer as theirs, ours_of(sequences=given.sequences) as ours:
            results = [at_most("server: start to the first answer", ours.start_s, 2, unit=" s")]
            page = best_page(ours, ask)
            found = cases(ours, theirs, page=page)
            results += compared(found, ask)
            calm = ask(found[4].ours)
            results += after_history(ours, calm, given.events, ask)
            results += allocating(ours, each=ALLOCATIONS, cores=asking)
            largest = ours.memory()[-1] / 1024**2
            results.append(at_most("memory of a worker", largest, 120, unit=" MB"))
            if theirs is not None:
                results.append(told("memory of a worker of the peer", theirs.memory()[-1] / 1024**2,
                                    unit=" MB"))  # fmt: skip
    print()
    print(table(("figure", "target", "result", ""), [one.cells() for one in results]))


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--zou", type=Path, help="scripts that bring the peer up")
    parser.add_argument("--loaded", action="store_true", help="the peer is up and loaded already")
    parser.add_argument("--at", type=Path, help="work here, and leave it")
    parser.add_argument("--sequences", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--events", type=int, default=EVENTS)
    given = parser.parse_args()
    if given.sequences < 12:
        parser.error("--sequences: at least 12, which are 1,200 tasks")
    return given


if __name__ == "__main__":
    main()
