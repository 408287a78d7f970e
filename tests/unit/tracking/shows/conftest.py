"""What tests of show set-up share: a show in memory, and a file that is taken into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.testing.memory_studio import MemoryStudio
from rushes.testing.studios import ADA, ADMIN, make
from rushes.tracking.shows.applying import applied
from rushes.tracking.shows.cutting import Counting
from rushes.tracking.shows.importing import Importing, plan_import
from rushes.tracking.shows.plan import Plan
from rushes.tracking.shows.planning import Options
from rushes.tracking.shows.state import read_show


class Set:
    """A show called NV, and files that are planned on it and taken into it."""

    def __init__(self, folder: Path, **fields: Any) -> None:
        self.folder = folder
        self.studio = MemoryStudio()
        make(self.studio, "project", code="NV", **fields)

    def plan(self, name: str, data: str | bytes, **how: Any) -> Plan:
        """What a file would write."""
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        options = Options(how.pop("tasks", ()), omit=how.pop("omit", False))
        importing = Importing(options, Counting(**{"from_start": False, **how}))
        return plan_import(self.studio, "NV", path, how=importing, access=ADMIN)

    def take(self, name: str, data: str | bytes, **how: Any) -> Plan:
        """The plan of a file, applied."""
        plan = self.plan(name, data, **how)
        applied(plan, self.studio, access=ADMIN, actor=ADA)
        return plan

    @property
    def show(self) -> Any:
        """The show as it is."""
        return read_show(self.studio, "NV", access=ADMIN)

    def shot(self, *key: str) -> dict[str, Any]:
        """The fields of a shot, by (sequence, shot) or (episode, sequence, shot)."""
        whole = key if len(key) == 3 else (None, *key)
        return dict(self.show.shots_by_key[whole].fields)

    def tasks(self, *key: str) -> list[str]:
        """Names of a shot's tasks."""
        show = self.show
        whole = key if len(key) == 3 else (None, *key)
        shot = show.shots_by_key[whole]
        return [one.fields["name"] for one in show.tasks_of("shot").get(shot.id, ())]


@pytest.fixture
def nv(tmp_path: Path) -> Set:
    return Set(tmp_path)


@pytest.fixture
def make_set(tmp_path: Path) -> Callable[..., Set]:
    return lambda **fields: Set(tmp_path, **fields)
