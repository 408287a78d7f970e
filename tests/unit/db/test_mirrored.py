"""The mirror in the database: bytes that verify, views for people, and writers at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_sign_offs
from rushes.model.finding import Finding, Severity
from rushes.model.signoff import CheapPrint, Result
from rushes.ports.records import every
from rushes.ports.signoffs import Chain
from rushes.qc.sidecar import record_hash
from rushes.testing.found import ACTOR, MOUNT
from rushes.testing.signed import asset, chain, legacy, sidecar

if TYPE_CHECKING:
    from rushes.db.signoffs import DatabaseSignOffs


@pytest.fixture
def signoffs(database_url: str) -> Iterator[DatabaseSignOffs]:
    with closing(open_sign_offs(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def plain(database_url: str, signoffs: DatabaseSignOffs) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url) as connection:
        yield connection


def asked(plain: psycopg.Connection[Any], question: str) -> list[tuple[Any, ...]]:
    return plain.execute(question).fetchall()


def test_the_bytes_that_are_kept_are_those_that_were_hashed(
    signoffs: DatabaseSignOffs, plain: psycopg.Connection[Any]
) -> None:
    made = chain(asset(), 2, notes="a\0b \\u0000", after=(legacy(),))
    signoffs.record([made], actor=ACTOR)
    rows = asked(plain, "SELECT data, hash FROM rushes_signoff ORDER BY position")
    assert [f"sha256:{bytes(digest).hex()}" for _, digest in rows] == [
        record_hash(one) for one in made.records
    ]
    assert all(sha256(data).digest() == digest for data, digest in rows)


def test_people_read_records_from_a_view(
    signoffs: DatabaseSignOffs, plain: psycopg.Connection[Any]
) -> None:
    found = Finding("frames.missing", Severity.ERROR, "plate.%04d.exr", "1 frame is missing.")
    made = chain(
        asset("plate.%04d.exr"),
        2,
        qc_result=Result.FAIL,
        notes="1003 is black",
        findings=(found,),
        cheap_fp=CheapPrint(10, 2**70, 1),
    )
    signoffs.record([made, chain(asset("notes", "."))], actor=ACTOR)
    assert asked(
        plain,
        "SELECT asset_path, root, folder, name, position, chain_length, in_force, result, operator,"
        " policy, notes, files, bytes, findings, tracker_id, signature_key, lost"
        " FROM qc.records WHERE asset_path LIKE '%plate%' ORDER BY position DESC LIMIT 1",
    ) == [
        (
            *("/mnt/shows/demo/sh010/plate.%04d.exr", "shows", "demo/sh010", "plate.%04d.exr"),
            *(2, 2, True, "fail", "ada", "studio", "1003 is black", 10, 2**70, 1, "ASSET-2"),
            *("ed25519:0123", None),
        )
    ]
    hashes = asked(plain, "SELECT record_hash FROM qc.current ORDER BY name DESC")
    assert hashes[0] == (record_hash(made.records[-1]),)
    assert asked(plain, "SELECT asset_path FROM qc.current WHERE folder = '.'") == [
        ("/mnt/shows/notes",)
    ]
    previous = asked(plain, "SELECT previous FROM qc.records WHERE position = 2")
    assert previous == [(record_hash(made.records[0]),)]


def test_the_view_tells_what_is_lost_and_what_is_gone(
    signoffs: DatabaseSignOffs, plain: psycopg.Connection[Any]
) -> None:
    signoffs.record([chain(asset(name), 2) for name in ("back", "gone")], actor=ACTOR)
    signoffs.restore([chain(asset("back"))], actor=ACTOR)
    signoffs.gone([asset("gone")], actor=ACTOR)
    rows = asked(
        plain,
        "SELECT name, position, in_force, lost IS NOT NULL FROM qc.records ORDER BY name, position",
    )
    assert rows == [
        ("back", 1, True, False),
        ("back", 2, False, True),
        ("gone", 1, False, True),
        ("gone", 2, False, True),
    ]


@pytest.mark.parametrize(
    ("time", "stored"),
    [("2025-11-11T15:12:43+01:00", "14:12"), ("yesterday", None), ("2025-11-11T15:12:43", None)],
)
def test_the_earlier_tool_s_records_are_in_the_view_as_far_as_they_make_sense(
    signoffs: DatabaseSignOffs, plain: psycopg.Connection[Any], time: str, stored: str | None
) -> None:
    old = legacy(qc_time=time, asset_id=7, content_state="\ud800")
    signoffs.restore([Chain(asset("sequence"), (old,))], actor=ACTOR)
    assert asked(
        plain,
        "SELECT legacy, result, operator, policy_version, tracker_id, content_state,"
        " to_char(time AT TIME ZONE 'UTC', 'HH24:MI') FROM qc.records",
    ) == [(True, "pass", "alice", "2025.11.0", None, "?", stored)]


def test_writers_at_once_make_one_mirror(database_url: str) -> None:
    names = [f"{number}.mov" for number in range(40)]

    def write(turn: int) -> None:
        with closing(open_sign_offs(database_url, data_dir=Path())) as mine:
            ordered = names if turn % 2 else names[::-1]
            for length in (1, 2, 3):
                mine.record([chain(asset(name), length) for name in ordered], actor=ACTOR)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with closing(open_sign_offs(database_url, data_dir=Path())) as mine:
        heads = list(every(lambda page: mine.heads(MOUNT, page=page)))
        assert {(one.length, one.lost) for one in heads} == {(3, 0)}
        assert len(heads) == 40
        assert len(mine.history(asset("7.mov")).rows) == 3


def test_a_batch_that_cannot_be_written_leaves_nothing(
    signoffs: DatabaseSignOffs, plain: psycopg.Connection[Any]
) -> None:
    plain.execute("ALTER TABLE rushes_signoff ADD CHECK (operator <> 'eve')")
    plain.commit()
    with pytest.raises(RushesError) as refused:
        signoffs.record([chain(asset("a")), chain(asset("b"), operator="eve")], actor=ACTOR)
    assert refused.value.code is Code.DATABASE_UNAVAILABLE
    assert asked(plain, "SELECT count(*) FROM rushes_signedasset") == [(0,)]
    assert signoffs.known([asset("a")])[0].head is None


def test_a_record_of_any_values_is_taken(signoffs: DatabaseSignOffs) -> None:
    made = sidecar(
        operator="é" * 100_000,
        qc_id="x" * 50_000,
        content_hash="y" * 9_000,
        qc_time=datetime.min.replace(tzinfo=UTC),
        cheap_fp=CheapPrint(-1, 10**300, 2**80),
    )
    signoffs.record([Chain.of(asset(), made)], actor=ACTOR)
    assert signoffs.latest(MOUNT).rows[0].record == made.record
