"""What was cancelled while nobody did it any more ends, and all else stays as it is."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import pytest

from rushes import bootstrap
from rushes.core import clock
from rushes.core.settings import Settings
from rushes.model.movement import Headway, MovementKind, MovementState, NewMovement
from rushes.testing.studios import ADA, World
from rushes.worker.moving import give_up


def test_what_is_lost_and_cancelled_ends_by_itself(
    loaded: Settings, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(bootstrap.movements(loaded)) as movements:
        lost, unwanted, alive = (
            movements.begin(
                NewMovement(MovementKind.INGEST, str(uuid4()), here.project, "acme_{n}"), actor=ADA
            )
            for _ in range(3)
        )
        movements.cancel(unwanted.id, actor=ADA)
        movements.cancel(alive.id, actor=ADA)
        later = clock.now() + timedelta(seconds=61)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert not movements.beat(alive.id, Headway(), actor=ADA)
        give_up(loaded)
        states = [movements.movement(one.id).state for one in (lost, unwanted, alive)]
    assert states == [MovementState.RUNNING, MovementState.CANCELLED, MovementState.RUNNING]
