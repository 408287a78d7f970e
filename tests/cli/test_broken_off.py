"""Lists tell what runs from what only says so, as whoever did it was killed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from rushes.core import clock
from rushes.db.opening import open_movements, open_studio
from rushes.model.movement import MovementKind, NewMovement
from rushes.testing.studios import ADA, make

Command = Callable[..., Any]


@pytest.mark.parametrize(
    ("kind", "command", "listed"),
    [
        (MovementKind.INGEST, ("ingest", "list", "--all"), "ingests"),
        (MovementKind.DELIVERY, ("deliver", "list"), "deliveries"),
    ],
    ids=str,
)
def test_what_gives_no_sign_of_life_is_told_as_broken_off(
    rushes: Command,
    home: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    kind: MovementKind,
    command: tuple[str, ...],
    listed: str,
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    with (
        closing(open_studio(database_url, data_dir=home)) as studio,
        closing(open_movements(database_url, data_dir=home)) as movements,
    ):
        project = make(studio, "project", code="NV").id
        movements.begin(NewMovement(kind, str(uuid4()), project, "acme_{n}"), actor=ADA)
    assert "running" in rushes(*command).out
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "broken off" in rushes(*command).out
    (one,) = rushes(*command, "--json").json[listed]
    assert (one["state"], one["lost"]) == ("running", True)
