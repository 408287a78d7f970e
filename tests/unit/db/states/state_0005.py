"""The studio's records and their events, as 0005 made their tables."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from rushes.db.event_rows import COLUMNS, START, sealed
from rushes.db.opening import open_audit, open_events

_MOMENT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def fill(make: Any) -> None:
    """One record of each kind at least, and the first half of their events sealed.

    No webhook: nobody could make one yet.
    """
    ada = make("Artist", login="ada", password="!", name="Ada", is_admin=True)
    show = make("Project", code="NV", name="Nova", roots={"linux": "/mnt/shows"})
    make("Membership", project=show, artist=ada, role="supervisor")
    make("ApiToken", artist=ada, project=show, digest=b"d" * 32, hint="abc", scopes=["read"])
    episode = make("Episode", project=show, code="101")
    sequence = make("Sequence", project=show, episode=episode, code="sq010", fps="24000/1001")
    shot = make(
        "Shot", project=show, sequence=sequence, code="sh010", frame_in=1001, frame_out=9999
    )
    bear = make("Asset", project=show, code="bear", type="character", tags=["hero"])
    make("ShotAssetUsage", shot=shot, asset=bear, count=3)
    kind = make("TaskType", project=show, code="groom")
    task = make("Task", project=show, shot=shot, type=kind, name="groom", status="wip")
    make("Task", project=show, asset=bear, type=kind, name="groom")
    make("Assignment", task=task, artist=ada)
    scenes = make("Stream", kind="workfile", task=task, software="maya", part="")
    parts = make("Stream", kind="publish", task=task, software="maya", part="fur")
    make("Reservation", stream=parts, token=UUID(int=7), version=9, iteration=1, expires=_MOMENT)
    make(
        "Workfile", project=show, task=task, stream=scenes, artist=ada, software="maya", version=1,
        iteration=2, path="/a.ma",
    )  # fmt: skip
    made = {"project": show, "shot": shot, "task": task, "stream": parts, "software": "maya"}
    first = make("Publish", **made, version=1, iteration=1, part="fur", links=[{"to": 1}])
    make("Publish", **made, version=2, iteration=1, part="fur", asset_name="bear")
    version = make("Version", project=show, task=task, publish=first, number=1, name="v001")
    playlist = make("Playlist", project=show, name="dailies")
    make("PlaylistItem", playlist=playlist, version=version, position=1)
    make("Note", project=show, kind="version", target=version.pk, artist=ada, text="darker")
    make("Tag", project=None, name="hold", colour="#f00")
    make("Tag", project=show, name="bid", colour="#0f0")
    _seal(make.driver, 10)


def _seal(driver: psycopg.Connection[Any], count: int) -> None:
    """Seal the first events, as the sealer of that state did."""
    found = driver.execute(
        f"SELECT {COLUMNS} FROM rushes_event ORDER BY id LIMIT {count}".encode()
    ).fetchall()
    before = START
    for position, row in enumerate(found, start=1):
        before = sealed(row, position, before)
        driver.execute(
            "UPDATE rushes_event SET position = %s, seal = %s WHERE id = %s",
            [position, before, row[0]],
        )


def check(url: str) -> None:
    """Events still hold, and go on; the database counts, notes, settles and refuses as before."""
    with psycopg.connect(url, autocommit=True) as connection:

        def asked(query: str) -> list[Any]:
            return connection.execute(query.encode()).fetchall()

        _written(asked)
        assert asked("SELECT version, is_latest FROM rushes_publish ORDER BY 1") == [
            (1, False),
            (2, True),
        ]
        asked("UPDATE rushes_publish SET status = 'failed' WHERE version = 2 RETURNING id")
        assert asked("SELECT is_latest FROM rushes_publish ORDER BY version") == [(True,), (False,)]
        with pytest.raises(psycopg.errors.CheckViolation):
            asked("UPDATE rushes_task SET asset_id = (SELECT min(id) FROM rushes_asset)")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            asked("DELETE FROM rushes_project")
        assert asked("SELECT project_id IS NULL, count(*) FROM rushes_tasktype GROUP BY 1") == [
            (False, 1),
            (True, 11),
        ]
        # Words of the studio have become words of each project.
        assert asked(
            "SELECT t.name, p.code FROM rushes_tag t JOIN rushes_project p ON p.id = t.project_id"
            " WHERE t.name IN ('bid', 'hold') ORDER BY 1"
        ) == [("bid", "NV"), ("hold", "NV")]
    _chain_holds(url)


def _written(asked: Any) -> None:
    """A write is counted and noted, once."""
    (before,) = asked("SELECT revision, id FROM rushes_shot")
    asked("UPDATE rushes_shot SET status = 'omit' RETURNING id")
    assert asked("SELECT revision FROM rushes_shot") == [(before[0] + 1,)]
    events = asked(
        "SELECT actor <> '', before ->> 'status', after ->> 'status', project IS NOT NULL"
        f" FROM rushes_event WHERE kind = 'shot' AND action = 'update' AND target = {before[1]}"
    )
    assert events == [(True, "not_started", "omit", True)]


def _chain_holds(url: str) -> None:
    with closing(open_events(url, data_dir=Path())) as events:
        known = events.head()
        assert known.position >= 10
        while events.seal():
            pass
    with closing(open_audit(url, data_dir=Path())) as audit:
        found = audit.verify(known)
        assert (found.breaks, found.waiting) == ((), 0)
        assert found.sealed > known.position
        told = {one.kind for one in audit.search(limit=1_000)}
        assert {"project", "shot", "publish", "membership"} <= told
