"""The sealer seals what is written, however it comes to know of it."""

from __future__ import annotations

from contextlib import closing

import psycopg

from rushes import bootstrap
from rushes.core.settings import Settings
from rushes.db.connect import setup
from rushes.db.event_waking import WRITTEN
from rushes.db.listening import Listening
from rushes.db.session import Session
from rushes.ports.studio import Studio
from rushes.testing.beside import PATIENCE_S, working
from rushes.testing.studios import ADMIN, World, change


def written(url: str) -> Listening:
    return Listening(Session(setup(url)), WRITTEN)


def test_a_write_wakes_the_sealer_only_while_it_sleeps(
    loaded: Settings, studio: Studio, here: World, database_url: str
) -> None:
    with (
        closing(bootstrap.waking(loaded)) as waking,
        closing(bootstrap.waking(loaded)) as other,
        closing(written(database_url)) as told,
    ):
        told.wait(0)
        change(studio, "task", here.task, {"priority": 1})
        assert told.wait(0) == []  # nobody seals, so nobody is told
        with waking.asleep(), other.asleep():
            change(studio, "task", here.task, {"priority": 2})
            assert told.wait(PATIENCE_S) == [""]
        change(studio, "task", here.task, {"priority": 3})
        assert told.wait(0) == []


def test_what_commits_late_is_told_late_and_not_lost(
    loaded: Settings, studio: Studio, here: World, database_url: str
) -> None:
    with (
        closing(bootstrap.sealed(loaded)) as sealed,
        closing(bootstrap.event_reader(loaded)) as reader,
        psycopg.connect(database_url) as slow,
        working(),
    ):
        sealed.wait(0)
        slow.execute("UPDATE rushes_shot SET status = 'omit' WHERE id = %s", [here.shots[0]])
        change(studio, "task", here.task, {"status": "wip"})
        position = 0
        seen: list[tuple[str, int]] = []

        def follow(until: tuple[str, int]) -> None:
            nonlocal position
            while until not in seen:
                told = reader.after(position, access=ADMIN)
                seen.extend((one.type, one.target) for one in told.events)
                if told.position == position:
                    assert sealed.wait(PATIENCE_S)
                position = told.position

        follow(("task.update", here.task))
        assert ("shot.update", here.shots[0]) not in seen
        slow.commit()
        follow(("shot.update", here.shots[0]))
        assert len(seen) == len(set(seen))
