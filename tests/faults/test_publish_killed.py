"""A publish that is killed leaves nothing half-done under a final name, and the next one works."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.model.scan import Actor
from rushes.publish.ledger import Sought
from rushes.publish.ledger_lines import LinesLedger
from rushes.testing.forked import Forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked")

ACTOR, SOUGHT = Actor("ada"), Sought()
FRAME = b"0123456789" * 1000


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    """A shot with eight frames."""
    renders = tmp_path / "shows" / "demo" / "shots" / "sh010" / "renders"
    renders.mkdir(parents=True)
    for frame in range(1001, 1009):
        (renders / f"beauty.{frame}.exr").write_bytes(FRAME + str(frame).encode())
    return tmp_path


def order(shot: Path, *more: str) -> tuple[str, ...]:
    place = ("--shows-root", str(shot / "shows"), "--log-dir", str(shot / "logs"))
    return ("publish", "--show", "demo", "--shot", "sh010", *place, *more)


def env(shot: Path) -> dict[str, str]:
    return {
        "HOME": str(shot),
        "RUSHES_DATA_DIR": str(shot / "data"),
        "RUSHES_SCAN_WORKERS": "1",
        "RUSHES_TRACKING_BACKEND": "json",
        "RUSHES_TRACKING_JSON_PATH": str(shot / "book" / "publishes.jsonl"),
    }


def media(shot: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(one): (one.read_bytes(), one.stat().st_mtime_ns)
        for one in sorted((shot / "shows").rglob("*.exr"))
    }


def published(forks: Forks, shot: Path) -> list[Any]:
    ended = forks("publishes", "list", "--json", env=env(shot))
    assert ended.code == exits.OK, ended.err
    return list(json.loads(ended.out)["publishes"])


def test_a_copy_killed_at_any_step_leaves_whole_publishes_only(forks: Forks, shot: Path) -> None:
    before = media(shot)
    dice = random.Random(30)
    deaths, done = 0, 0
    for _ in range(12):
        at = (dice.randrange(1, 60), shot)
        ended = forks(*order(shot, "--copy-to", str(shot / "pub")), env=env(shot), killed_at=at)
        assert ended.code in (-9, exits.OK), ended.err
        deaths += ended.code == -9
        again = forks(*order(shot, "--copy-to", str(shot / "pub")), env=env(shot))
        assert again.code == exits.OK, again.err
        done += 1
        for place in (shot / "pub").rglob("v*_i001"):
            frames = sorted(one.name for one in place.glob("*.exr"))
            assert [place.joinpath(name).read_bytes() for name in frames] == [
                content for content, _ in before.values()
            ]
    assert deaths > 6
    rows = published(forks, shot)
    assert len(rows) >= done
    assert len({one["version"] for one in rows}) == len(rows)
    assert media(shot) == before


def test_lines_that_were_torn_at_any_byte_keep_all_records_before(forks: Forks, shot: Path) -> None:
    for _ in range(2):
        assert forks(*order(shot), env=env(shot)).code == exits.OK
    book = shot / "book" / "publishes.jsonl"
    whole = book.read_bytes()
    first = len(b"".join(whole.splitlines(keepends=True)[:3]))
    for cut in range(first, len(whole), 211):
        book.write_bytes(whole[:cut])
        ledger = LinesLedger(book, actor=ACTOR)
        assert [one.number.version for one in ledger.find(SOUGHT)] == [1]
    ended = forks(*order(shot, "--json"), env=env(shot))
    assert ended.code == exits.FOUND
    told = json.loads(ended.out)
    assert "tracking.torn" in [one["rule"] for one in told["findings"]]
    assert [one["id"] for one in published(forks, shot)] == [2, 1]


def test_a_full_disk_leaves_no_copy_and_no_record(forks: Forks, shot: Path) -> None:
    ended = forks(
        *order(shot, "--copy-to", str(shot / "pub")), env=env(shot), largest_file=len(FRAME) // 2
    )
    assert ended.code == exits.NOT_WRITTEN, ended.err
    assert [one for one in (shot / "pub").rglob("*") if one.is_file()] == []
    assert published(forks, shot) == []
    assert forks(*order(shot), env=env(shot)).code == exits.OK


def test_twenty_at_once_leave_twenty_records(forks: Forks, shot: Path) -> None:
    for _ in range(5):
        running = [forks.start(*order(shot), env=env(shot)) for _ in range(4)]
        assert [one.ended().code for one in running] == [exits.OK] * 4
    versions = sorted(one["version"] for one in published(forks, shot))  # listed as recorded
    assert versions == [f"v{at:03d}" for at in range(1, 21)]
    assert not (shot / "data" / "postgres").exists()
