"""A shot to publish from, in the earlier toolkit's folder and in a database, for tests."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.db.opening import open_studio
from rushes.ports.studio import Op
from rushes.testing.studios import ids, make
from rushes.testing.toolkit import RENDERS, set_up

SHOT = ("--show", "demo_show", "--shot", "shot010")


@pytest.fixture
def toolkit(home: Path) -> Path:
    """The earlier toolkit's folder: its settings, and frames of ten bytes without the third."""
    set_up(home)
    for path in (home / RENDERS).iterdir():
        path.write_bytes(b"0123456789")
    return home


@pytest.fixture
def records(toolkit: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same shot in the database, with frames 1 to 5 and a task."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    monkeypatch.setenv("RUSHES_TRACKING_BACKEND", "database")
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(studio, "project", code="demo_show").id
        sequence = make(studio, "sequence", project=project, code="sq010").id
        shot = make(studio, "shot", sequence=sequence, code="shot010", frame_in=1, frame_out=5).id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        make(studio, "task", shot=shot, type=comp)
    return toolkit


def tree(folder: Path) -> dict[str, bytes]:
    """All files but the log, in which every run leaves a line."""
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {str(one): one.read_bytes() for one in files if one.parent.name != "logs"}


def sidecars(folder: Path) -> list[Any]:
    """The records that publishes left beside their files."""
    return [json.loads(one.read_text()) for one in sorted(folder.glob(".publish_*.json"))]
