"""The worker does what was asked for: drops and deliveries watched, cancelled, and gone on with."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from rushes import bootstrap
from rushes.core import settings
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.exchange.delivery.order import Order, SignOff
from rushes.exchange.wish import Wish
from rushes.model.movement import (
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.studio import Change, Op, Studio
from rushes.testing.beside import beside
from rushes.testing.studios import ADMIN, ids, make
from rushes.transfer.package.packing import pack
from rushes.worker import moving

ADA = Actor("ada")
WHO = {"name": "ada", "on_behalf_of": ""}
NAMES = "{shot}_{task}_v{version:03d}.{ext}"
SLOWLY = 2.0  # how long a drop has to rest that somebody still writes
# The worker's jobs, whose signs of life come faster than a studio needs them; how long they may
# stay away is more than a busy machine holds them up.
_WORKER = """
import asyncio
from rushes.core import settings
from rushes.worker.jobs import Jobs, Pace

async def main():
    jobs = Jobs(settings.load(flags={}), Pace(0.2, 4.0, 0.2))
    await asyncio.gather(jobs.run(), jobs.sweep())

asyncio.run(main())
"""
# A worker that stands still in the middle of a package, once it has told how far that is.
_STUCK = (
    """
from threading import Event
from rushes.bootstrap import deliveries

class Stuck:
    def __init__(self, inner):
        self._inner = inner
        self.cancelled = inner.cancelled

    def report(self, done, total=None, note=""):
        self._inner.report(done, total, note)
        if done:
            Event().wait()

pack = deliveries.pack
deliveries.pack = lambda members, *, progress, **more: pack(
    members, progress=Stuck(progress), **more
)
"""
    + _WORKER
)


class Dock:
    """A show with one shot, a folder of drops, and what is on record."""

    def __init__(self, root: Path, loaded: Settings, studio: Studio, movements: Movements) -> None:
        self.root, self.settings = root, loaded
        self.studio, self.movements = studio, movements
        self.project = make(studio, "project", code="FG", templates={"delivery": NAMES}).id
        sequence = make(studio, "sequence", project=self.project, code="sc02").id
        shot = make(studio, "shot", sequence=sequence, code="sh010").id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        make(studio, "task", shot=shot, type=comp)

    @property
    def file(self) -> Path:
        """The one file of the drop."""
        return self.root / "drops" / "acme" / "sh010_comp_v001.psd"

    def asked(self, *, drop: Path | None = None, **options: Any) -> Movement:
        """An ingest that somebody asked for, and its job."""
        wish = Wish(**{"settle": 0.1, "wait": 60.0, "vendor": "acme", **options})
        order = {"drop": str(drop or self.file.parent), "options": wish.row()}
        return self._asked(MovementKind.INGEST, "acme", order, "ingest")

    def delivery(self, **more: Any) -> Movement:
        """A delivery that somebody asked for, and its job."""
        given = {"sign_off": SignOff.NONE, "pictures": False, "output": str(self.outbox), **more}
        order = Order("FG", "client_out", **given).row()
        return self._asked(MovementKind.DELIVERY, "client_out", order, "deliver")

    def _asked(
        self, kind: MovementKind, context: str, order: Mapping[str, Any], job: str
    ) -> Movement:
        new = NewMovement(
            kind, str(uuid4()), self.project, f"{context}_{{n:02d}}", context, order,
            MovementState.QUEUED,
        )  # fmt: skip
        made = self.movements.begin(new, actor=ADA)
        with closing(bootstrap.jobs(self.settings)) as queue:
            queue.enqueue(job, {"number": made.id, "actor": WHO}, lock=f"m{made.id}")
        return made

    @property
    def outbox(self) -> Path:
        """Where packages are made."""
        return self.root / "outbox"

    def approved(self) -> int:
        """A Version that may leave: the drop's, taken in."""
        moving.ingest(self.settings, number=self.asked(settle=0.0).id, actor=WHO)
        (version,) = ids(self.studio, "version")
        changes = [Change(version, {"status": "approved"})]
        self.studio.update("version", changes, access=ADMIN, actor=ADA)
        return version

    def until(self, number: int, is_so: Callable[[Movement], bool]) -> Movement:
        """The movement once that is true of it."""
        while not is_so(found := self.movements.movement(number)):
            pass
        return found

    def ended(self, number: int) -> Movement:
        """The movement once it has ended."""
        return self.until(number, lambda one: one.ended is not None)


@pytest.fixture
def dock(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dock]:
    for folder in ("shows", "drops/acme", "elsewhere", "outbox"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(tmp_path / "shows"))
    monkeypatch.setenv("RUSHES_INGEST_DROPS", str(tmp_path / "drops"))
    monkeypatch.setenv("RUSHES_DELIVER_OUTBOX", str(tmp_path / "outbox"))
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    loaded = settings.load(flags={})
    with (
        closing(bootstrap.studio(loaded)) as studio,
        closing(bootstrap.movements(loaded)) as movements,
    ):
        made = Dock(tmp_path, loaded, studio, movements)
        made.file.write_bytes(b"layers")
        os.utime(made.file, (1, 1))
        yield made


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """Somebody who writes a file for the block, and so keeps its drop from being whole: often
    enough for `SLOWLY`, also on a busy machine.
    """
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.02):
            with path.open("ab") as out:
                out.write(b"x")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


def jobs(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchall()
    return int(count)


def test_a_drop_that_was_asked_for_is_taken_in(dock: Dock, database_url: str) -> None:
    made = dock.asked()
    with beside("-c", _WORKER):
        done = dock.ended(made.id)
        while jobs(database_url):
            pass
    assert (done.state, done.counts, done.told) == (MovementState.DONE, {"ingested": 1}, "")
    assert done.report["show"] == "FG"
    assert done.machine
    (copied,) = (dock.root / "shows").rglob("*.psd")
    assert copied.read_bytes() == b"layers"
    (version,) = ids(dock.studio, "version")
    assert done.report["versions"][0]["version_id"] == version


def test_what_runs_tells_how_far_it_is_and_is_cancelled(dock: Dock, database_url: str) -> None:
    with growing(dock.file), beside("-c", _WORKER):
        made = dock.asked(settle=SLOWLY)
        going = dock.until(made.id, lambda one: one.headway.note != "")
        assert going.state is MovementState.RUNNING
        assert going.headway == Headway(0, 1, "files settled")
        dock.movements.cancel(made.id, actor=ADA)
        gone = dock.ended(made.id)
        while jobs(database_url):
            pass
    assert gone.state is MovementState.CANCELLED
    assert list((dock.root / "shows").rglob("*.psd")) == []


def test_a_killed_worker_s_movement_goes_on(dock: Dock) -> None:
    with growing(dock.file):
        made = dock.asked(settle=SLOWLY)
        with beside("-c", _WORKER) as killed:
            dock.until(made.id, lambda one: one.headway.note != "")
            killed.kill()
            killed.wait()
    assert dock.movements.movement(made.id).state is MovementState.RUNNING
    with beside("-c", _WORKER):
        done = dock.ended(made.id)
    assert (done.state, done.key) == (MovementState.DONE, made.key)
    assert done.counts == {"ingested": 1}
    assert [one.id for one in dock.movements.find().rows] == [made.id]


def test_a_worker_that_is_told_to_end_leaves_its_movement_to_the_next(dock: Dock) -> None:
    with growing(dock.file):
        made = dock.asked(settle=SLOWLY)
        with beside("-m", "rushes.worker") as first:
            dock.until(made.id, lambda one: one.headway.note != "")
            first.terminate()
            first.communicate()
    assert dock.movements.movement(made.id).state is MovementState.RUNNING
    with beside("-c", _WORKER):
        assert dock.ended(made.id).state is MovementState.DONE


def test_what_was_cancelled_before_it_began_is_not_begun(dock: Dock) -> None:
    made = dock.asked()
    dock.movements.cancel(made.id, actor=ADA)
    moving.ingest(dock.settings, number=made.id, actor=WHO)
    assert dock.movements.movement(made.id).state is MovementState.CANCELLED
    assert ids(dock.studio, "version") == []


def test_what_was_cancelled_while_its_worker_was_killed_does_not_go_on(dock: Dock) -> None:
    made = dock.asked()
    dock.movements.beat(made.id, Headway(), actor=ADA)
    dock.movements.cancel(made.id, actor=ADA)
    moving.ingest(dock.settings, number=made.id, actor=WHO)
    gone = dock.movements.movement(made.id)
    assert (gone.state, gone.wanted) == (MovementState.CANCELLED, False)


def test_a_drop_behind_a_link_is_not_followed_out_of_the_folders_that_are_allowed(
    dock: Dock,
) -> None:
    (dock.root / "elsewhere" / "sh010_comp_v001.psd").write_bytes(b"secret")
    link = dock.root / "drops" / "link"
    link.symlink_to(dock.root / "elsewhere")
    made = dock.asked(drop=link)
    moving.ingest(dock.settings, number=made.id, actor=WHO)
    failed = dock.movements.movement(made.id)
    assert failed.state is MovementState.FAILED
    assert "ingest.drops" in failed.told
    assert list((dock.root / "shows").rglob("*.psd")) == []


def test_a_copy_is_made_nowhere_but_where_it_is_allowed(dock: Dock) -> None:
    made = dock.asked(to=dock.root / "elsewhere")
    moving.ingest(dock.settings, number=made.id, actor=WHO)
    assert "ingest.targets" in dock.movements.movement(made.id).told


@pytest.mark.parametrize(
    "options", [{"policies": ("no-such-policy",)}, {"manifests": (Path("/nowhere/a.csv"),)}]
)
def test_an_order_that_cannot_be_carried_out_is_told_as_failed(
    dock: Dock, options: dict[str, Any]
) -> None:
    made = dock.asked(**options)
    moving.ingest(dock.settings, number=made.id, actor=WHO)
    failed = dock.movements.movement(made.id)
    assert failed.state is MovementState.FAILED
    assert failed.told


def test_what_every_worker_died_of_is_told_as_failed(dock: Dock) -> None:
    made = dock.asked()
    dock.movements.beat(made.id, Headway(), actor=ADA)
    moving.lost(dock.settings, number=made.id, actor=WHO)
    assert dock.movements.movement(made.id).state is MovementState.FAILED
    done = dock.asked()
    dock.movements.end(done.id, MovementEnd(MovementState.DONE), actor=ADA)
    moving.lost(dock.settings, number=done.id, actor=WHO)
    assert dock.movements.movement(done.id).state is MovementState.DONE


def test_a_job_that_is_given_up_is_told_as_failed(dock: Dock, database_url: str) -> None:
    made = dock.asked()
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "WITH gone AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 hour') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', attempts = 9,"
            " worker_id = (SELECT id FROM gone)"
        )
    with beside("-c", _WORKER):
        failed = dock.ended(made.id)
    assert failed.state is MovementState.FAILED
    assert "killed" in failed.told


def test_what_passes_is_tried_again_and_what_does_not_is_not() -> None:
    assert moving.again(RushesError(Code.LOCK_UNAVAILABLE, "Somebody has it.")) == 5
    assert moving.again(RushesError(Code.USAGE, "No.")) is None
    assert moving.again(ValueError()) is None
    assert moving.again(KeyboardInterrupt()) == 0


def test_a_delivery_that_runs_tells_how_far_it_is_and_is_cancelled(
    dock: Dock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dock.approved()
    made = dock.delivery()

    def cancelled(members: Any, *, progress: Any, **more: Any) -> Any:
        progress.report(0, 6, "bytes packed")
        dock.until(made.id, lambda one: one.headway.note != "")
        dock.movements.cancel(made.id, actor=ADA)
        while not progress.cancelled():
            pass
        return pack(members, progress=progress, **more)

    monkeypatch.setattr("rushes.bootstrap.deliveries.pack", cancelled)
    moving.deliver(dock.settings, number=made.id, actor=WHO)
    gone = dock.movements.movement(made.id)
    assert gone.state is MovementState.CANCELLED
    assert list(dock.outbox.iterdir()) == []


def test_a_killed_worker_s_delivery_goes_on_under_its_name(dock: Dock) -> None:
    version = dock.approved()
    made = dock.delivery()
    with beside("-c", _STUCK) as killed:
        dock.until(made.id, lambda one: one.headway.done > 0)
        killed.kill()
        killed.wait()
    assert dock.movements.movement(made.id).state is MovementState.RUNNING
    assert list(dock.outbox.glob("*.zip")) == []
    with beside("-c", _WORKER):
        done = dock.ended(made.id)
    assert (done.state, done.key, done.name) == (MovementState.DONE, made.key, made.name)
    (package,) = dock.outbox.iterdir()
    assert package.name == f"{made.name}.zip"
    sent = {one.version for one in dock.movements.files(made.id).rows if one.publish}
    assert sent == {version}
    found = dock.movements.find(kind=MovementKind.DELIVERY).rows
    assert [one.id for one in found] == [made.id]


def test_a_delivery_that_was_cancelled_while_its_worker_was_killed_does_not_go_on(
    dock: Dock,
) -> None:
    dock.approved()
    made = dock.delivery()
    dock.movements.beat(made.id, Headway(), actor=ADA)
    dock.movements.cancel(made.id, actor=ADA)
    moving.deliver(dock.settings, number=made.id, actor=WHO)
    assert dock.movements.movement(made.id).state is MovementState.CANCELLED
    assert list(dock.outbox.iterdir()) == []


def test_a_delivery_with_nothing_good_in_it_is_told_as_refused_and_one_without_news_as_done(
    dock: Dock,
) -> None:
    dock.approved()
    refused = dock.delivery(sign_off=SignOff.REQUIRED)
    first, again = dock.delivery(), dock.delivery()
    for one in (refused, first, again):
        moving.deliver(dock.settings, number=one.id, actor=WHO)
    ends = [dock.movements.movement(one.id) for one in (refused, first, again)]
    assert [one.state.value for one in ends] == ["refused", "done", "done"]
    assert ends[2].counts["had_before"] == 1


def test_a_package_is_made_nowhere_but_where_it_is_allowed(dock: Dock) -> None:
    link = dock.outbox / "link"
    link.symlink_to(dock.root / "elsewhere")
    made = dock.delivery(output=str(link))
    moving.deliver(dock.settings, number=made.id, actor=WHO)
    assert "deliver.outbox" in dock.movements.movement(made.id).told
