"""Identifiers of version 7: unlike one another, and in the order in which they were made."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from rushes.core.uuid7 import uuid7


def test_it_is_a_uuid_of_version_7() -> None:
    for _ in range(100):
        made = UUID(uuid7())
        assert (made.version, made.variant) == (7, RFC_4122)


def test_it_is_written_as_uuids_are() -> None:
    made = uuid7()
    assert made == str(UUID(made))


def test_it_tells_the_millisecond_it_was_made_in(monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time_ns() + 10**9  # past all that other tests have made
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert UUID(uuid7()).int >> 80 == later // 1_000_000


def test_those_of_one_millisecond_are_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time_ns() + 2 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(set(made))


def test_a_clock_set_back_changes_nothing_about_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    before = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert uuid7() > before


def test_threads_make_none_twice() -> None:
    with ThreadPoolExecutor(4) as threads:
        several = threads.map(lambda _: [uuid7() for _ in range(1_000)], range(4))
    made = [one for each in several for one in each]
    assert len(set(made)) == 4_000


def test_what_a_thread_makes_is_in_order() -> None:
    with ThreadPoolExecutor(4) as threads:
        several = list(threads.map(lambda _: [uuid7() for _ in range(1_000)], range(4)))
    assert all(each == sorted(each) for each in several)
