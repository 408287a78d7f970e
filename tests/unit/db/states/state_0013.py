"""Movements, as 0013 made them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from rushes.db.opening import open_movements
from rushes.model.movement import MovementState

_MOMENT = datetime(2026, 11, 21, 8, tzinfo=UTC)
_BLAKE3 = "af" * 32


def fill(make: Any) -> None:
    """A delivery that is done with its one file, and a part of one that is about to end."""
    project = make.found("Project")
    told = {"project": project, "created": _MOMENT, "artist": "ada", "context": "client_out"}
    done = make(
        "Movement", **told, key=UUID(int=13), kind="delivery", name="acme_01", state="running"
    )
    done.state, done.outcome, done.ended, done.done = "done", b"came", _MOMENT, 9
    done.save()
    make(
        "MovementFile", movement=done, position=0, project=project, context="client_out",
        key=UUID(int=14), path=b"a/\xff.exr", size=7, blake3=bytes.fromhex(_BLAKE3), latest=True,
    )  # fmt: skip
    going = make(
        "Movement", **told, key=UUID(int=15), kind="delivery", name="acme_02", state="running"
    )
    make("MovementPart", movement=going, part=0, rows=[{"path": "b"}])
    going.done = 3
    going.save(update_fields=["done"])


def check(url: str) -> None:
    """They are read, and only their beginnings and ends were noted."""
    with closing(open_movements(url, data_dir=Path())) as movements:
        (done,) = movements.find(states=[MovementState.DONE]).rows
        (sent,) = movements.sent(done.project, "client_out").rows
        assert (sent.movement, sent.file.path, sent.file.size) == (done.id, "a/\udcff.exr", 7)
        assert [one.movement for one in movements.with_digest([_BLAKE3]).rows] == [done.id]
    with psycopg.connect(url) as connection:
        noted = connection.execute(
            "SELECT action, after FROM rushes_event WHERE kind = 'movement' AND target = %s"
            " ORDER BY id",
            [done.id],
        ).fetchall()
        assert [action for action, _ in noted] == ["create", "update"]
        assert noted[1][1]["state"] == "done"
        assert "done" not in noted[1][1]
        ((begun,),) = connection.execute(
            "SELECT count(*) FROM rushes_event e JOIN rushes_movement m ON m.id = e.target"
            " WHERE e.kind = 'movement' AND m.name = 'acme_02'"
        ).fetchall()
        assert begun == 1
