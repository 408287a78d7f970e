"""Publishes in a file of lines: numbers apart, nothing lost, nothing written over."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.model.work import Bump, NewPublish, Number, PublishStatus
from rushes.publish.ledger import Aim, Sought
from rushes.publish.ledger_lines import LinesLedger
from rushes.publish.target import Target, Wish

ADA = Actor("ada", tool="test")
NEXT = Wish()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "publishes.jsonl"


@pytest.fixture
def ledger(path: Path) -> LinesLedger:
    return LinesLedger(path, actor=ADA)


def aim(shot: str = "sh010", **names: str) -> Aim:
    return Aim(Target("demo", shot, software="nuke", **names))


def publish(ledger: LinesLedger, at: Aim, wish: Wish = NEXT, **given: object) -> Number:
    held = ledger.reserve(at, wish)
    noted, _ = ledger.record(at, NewPublish(held.token, **given))
    found = ledger.get(noted.id)
    assert replace(found, is_latest=True) == replace(noted, is_latest=True)  # a later one may be
    return noted.number


def refusal(ledger: LinesLedger) -> RushesError:
    with pytest.raises(RushesError) as refused:
        ledger.reserve(aim(), NEXT)
    return refused.value


def test_twenty_at_once_leave_twenty_records_with_numbers_of_their_own(path: Path) -> None:
    def one(_at: int) -> Number:
        return publish(LinesLedger(path, actor=ADA), aim())

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(one, range(20)))
    assert sorted(numbers) == [Number(version, 1) for version in range(1, 21)]
    found = list(LinesLedger(path, actor=ADA).find(Sought("demo")))
    assert sorted(one.id for one in found) == list(range(1, 21))
    assert [one.number.version for one in found if one.is_latest] == [20]


def test_versions_order_as_numbers_and_parts_have_their_own(ledger: LinesLedger) -> None:
    assert publish(ledger, aim(), Wish(number=Number(999, 1))) == Number(999, 1)
    assert publish(ledger, aim()) == Number(1000, 1)
    assert publish(ledger, aim(), Wish(Bump.ITERATION)) == Number(1000, 2)
    assert publish(ledger, aim(part="smoke")) == Number(1, 1)
    assert publish(ledger, aim("sh020")) == Number(1, 1)


def test_a_number_that_is_taken_or_held_is_refused(ledger: LinesLedger) -> None:
    publish(ledger, aim(), Wish(number=Number(7, 1)))
    held = ledger.reserve(aim(), Wish(number=Number(9, 1)))
    for number in (Number(7, 1), Number(9, 1)):
        with pytest.raises(RushesError) as refused:
            ledger.reserve(aim(), Wish(number=number))
        assert refused.value.code is Code.RECORD_CONFLICT
    assert ledger.taken(aim(), Number(7, 1))
    assert not ledger.taken(aim(), Number(9, 1))
    ledger.release(held)
    assert ledger.reserve(aim(), Wish(number=Number(9, 1))).number == Number(9, 1)


def test_a_failed_publish_is_nobodys_latest(ledger: LinesLedger) -> None:
    publish(ledger, aim())
    publish(ledger, aim(), status=PublishStatus.FAILED)
    assert [(one.number.version, one.is_latest) for one in ledger.find(Sought())] == [
        (2, False),
        (1, True),
    ]


def test_what_was_given_up_is_free_again_unless_something_lies_there(
    ledger: LinesLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"{tmp_path}/v{{version:03d}}"
    lost = ledger.reserve(aim(), NEXT, path=place)
    other = ledger.reserve(aim(), NEXT, path=place)
    assert (lost.number.version, other.number.version) == (1, 2)
    (tmp_path / "v001").mkdir()
    tomorrow = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    with pytest.raises(RushesError) as refused:
        ledger.record(aim(), NewPublish(lost.token))
    assert refused.value.code is Code.RESERVATION_EXPIRED
    assert ledger.reserve(aim(), NEXT).number == Number(2, 1)


def test_a_torn_last_line_is_told_and_loses_no_earlier_one(path: Path, ledger: LinesLedger) -> None:
    publish(ledger, aim())
    whole = path.read_bytes()
    publish(ledger, aim())
    path.write_bytes(path.read_bytes()[:-40])
    torn = LinesLedger(path, actor=ADA)
    assert [one.number.version for one in torn.find(Sought())] == [1]
    assert [one.rule for one in torn.notes()] == ["tracking.torn"]
    assert publish(torn, aim()) == Number(3, 1)  # the second one is still held
    assert path.read_bytes().startswith(whole)
    later = LinesLedger(path, actor=ADA)
    assert [one.number.version for one in later.find(Sought())] == [3, 1]
    assert later.notes() == ()


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b'{"publishes": []}\n',
        b"\x00\xff\n",
        b'{"schema":"rushes.publishes/1"}\nrubbish\n',
        b'{"schema":"rushes.publishes/1"}\nrubbish\n{"event":"released","token":"x"}\n',
        b'{"schema":"rushes.publishes/1"}\n{"event":"published"}\n',
        b'{"schema":"rushes.publishes/1"}\n{"event":"other"}\n',
        b'{"schema":"rushes.publishes/2"}\n',
    ],
)
def test_a_file_that_makes_no_sense_is_never_written_to(
    path: Path, ledger: LinesLedger, content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert refusal(ledger).code is Code.PUBLISHES_INVALID
    assert path.read_bytes() == content
    with pytest.raises(RushesError):
        list(ledger.find(Sought()))


def test_a_file_that_cannot_be_read_is_left_alone(path: Path, ledger: LinesLedger) -> None:
    path.mkdir(parents=True)
    assert refusal(ledger).code is Code.PUBLISHES_INVALID
    assert path.is_dir()


def test_an_empty_file_is_taken_for_a_new_one(path: Path, ledger: LinesLedger) -> None:
    path.parent.mkdir()
    path.touch()
    assert publish(ledger, aim()) == Number(1, 1)
    first = json.loads(path.read_text().splitlines()[0])
    assert first == {"schema": "rushes.publishes/1"}


def test_a_full_disk_leaves_the_lines_as_they_were(
    path: Path, ledger: LinesLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(ledger, aim())
    before = path.read_bytes()
    write = os.write

    def full(handle: int, data: memoryview) -> int:
        patched.setattr(os, "write", no_more)
        return write(handle, data[:10])

    def no_more(_handle: int, _data: memoryview) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        assert refusal(ledger).code is Code.WRITE_FAILED
    assert path.read_bytes() == before
    assert publish(ledger, aim()) == Number(2, 1)


def test_an_id_that_is_not_there_is_refused(ledger: LinesLedger) -> None:
    with pytest.raises(RushesError) as refused:
        ledger.get(1)
    assert refused.value.code is Code.RECORD_NOT_FOUND
    assert list(ledger.find(Sought())) == []
