"""No two things that one may do at a time wait for each other without need."""

from __future__ import annotations

import re
from pathlib import Path

import rushes
from rushes.db.locks import DatabaseLock

SOURCE = Path(rushes.__file__).parent


def test_every_lock_has_a_number_of_its_own_that_postgres_can_hold() -> None:
    numbers = [lock.value for lock in DatabaseLock]
    assert len(set(numbers)) == len(DatabaseLock.__members__)
    assert all(0 < number < 2**63 for number in numbers)


def test_numbers_of_locks_stand_in_one_place_only() -> None:
    ours = re.compile(r"0x52555348", re.IGNORECASE)
    found = {path.name for path in SOURCE.rglob("*.py") if ours.search(path.read_text("utf-8"))}
    assert found == {"locks.py"}
