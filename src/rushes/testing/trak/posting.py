"""Results to be told to a Trak that may fail, and what became of them, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rushes.core.settings import load
from rushes.db.opening import open_outbox
from rushes.model.scan import Actor
from rushes.model.signoff import Result
from rushes.ports import registry
from rushes.ports.outbox import Outbox
from rushes.ports.tracker import Tracker
from rushes.qc.posting import Item, Posted, Posting
from rushes.qc.sending import Sender, Sent
from rushes.testing import signoffs
from rushes.testing.found import all_of
from rushes.testing.memory_outbox import MemoryOutbox
from rushes.testing.trak.server import TrakServer, Wrong, trak_server

ACTOR = Actor("Ada")
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
Opener = Callable[[], Tracker]
_NEVER = (Wrong.SILENT, Wrong.SILENT_AFTER, Wrong.TRICKLE)

# The contract holds both to the same; where much hangs on it, both are tried.
on_both = pytest.mark.parametrize("outbox", ["memory", "postgres"], indirect=True)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrakServer]:
    """A Trak that knows `/shows/0.exr` to `/shows/9.exr` as assets 0 to 9."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with trak_server() as served:
        for number in range(10):
            served.has(f"/shows/{number}.exr", str(number))
        yield served


@pytest.fixture
def outbox(request: pytest.FixtureRequest) -> Iterator[Outbox]:
    """An empty outbox in memory, or where `on_both` says so in a database."""
    if getattr(request, "param", "memory") == "memory":
        yield MemoryOutbox()
        return
    url = request.getfixturevalue("database_url")
    with closing(open_outbox(url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def trak(server: TrakServer) -> Iterator[Opener]:
    """A Trak for a new run."""
    opened: list[Tracker] = []

    def run() -> Tracker:
        # Only where an answer is not to come is it soon given up.
        patience = "2" if any(one.times and one.wrong in _NEVER for one in server.faults) else "60"
        environ = {"HOME": "/", "RUSHES_TRAK_TIMEOUT": patience, **server.environment()}
        opened.append(registry.connect("tracker", "trak")(load(environ=environ)))
        return opened[-1]

    yield run
    for one in opened:
        one.close()


def item(number: int, *, hours: int = 0, result: Result = Result.PASS, name: str = "") -> Item:
    """The result of asset `number`, so many hours after Monday morning."""
    path = f"/shows/{number}.exr"
    made = signoffs.record(
        qc_id=name or f"q{number}",
        qc_time=MONDAY + timedelta(hours=hours),
        asset_path=path,
        asset_name=f"{number}.exr",
        qc_result=result,
    )
    return Item(path, made)


def posted(outbox: Outbox, tracker: Tracker, *items: Item) -> list[str]:
    """What became of each result, in a word."""
    return [one.outcome.value for one in told(outbox, tracker, *items)]


def told(outbox: Outbox, tracker: Tracker, *items: Item) -> list[Posted]:
    """What became of each result."""
    return Posting(outbox, tracker, actor=ACTOR).post(items)


def states(outbox: Outbox) -> dict[str, str]:
    """How each result in the outbox stands, by its key."""
    return {one.post.key: one.state.value for one in all_of(lambda page: outbox.posts(page=page))}


def retried(outbox: Outbox, tracker: Tracker, *, again: bool = False) -> list[Sent]:
    """Send all that is in the outbox; with `again`, what may have arrived, too."""
    ids = [one.id for one in all_of(lambda page: outbox.posts(page=page))]
    return list(Sender(outbox, tracker, actor=ACTOR).send(ids, again=again))
