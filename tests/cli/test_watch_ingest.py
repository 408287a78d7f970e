"""`rushes watch-ingest`: each folder in a hot folder is taken in when it is whole, and once."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.testing.drops import write
from rushes.testing.houses import settle
from rushes.testing.studios import one_comp

Command = Callable[..., Any]


@pytest.fixture
def hot(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hot folder with one drop of two stills, one of a shot that is not there."""
    settle(home, database_url, monkeypatch)
    (home / "shows").mkdir()
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        one_comp(studio, delivery="{shot}_{task}_v{version:03d}.{ext}")
    write(home / "hot" / "monday" / "sh010_comp_v001.psd")
    write(home / "hot" / "monday" / "sh099_comp_v001.psd")
    write(home / "hot" / "loose.psd")
    return home / "hot"


def watch(rushes: Command, hot: Path, *more: str | Path) -> tuple[int, list[Any]]:
    ended = rushes("watch-ingest", hot, "--project", "FG", "--once", "--json", *more)
    return ended.code, [json.loads(line) for line in ended.out.splitlines()]


def test_each_folder_is_a_drop_and_is_taken_in_once(rushes: Command, hot: Path, home: Path) -> None:
    (home / "told").mkdir()
    code, lines = watch(rushes, hot, "--report-dir", home / "told")
    assert code == exits.FOUND
    assert [(one["state"], one["counts"]) for one in lines] == [
        ("refused", {"ingested": 1, "refused": 1})
    ]
    assert sorted(one.name for one in (home / "told").iterdir()) == [
        "monday.html",
        "monday.problems.html",
    ]
    assert watch(rushes, hot) == (exits.OK, [])
    write(hot / "monday" / "sh010_comp_v002.psd", b"y")
    write(hot / "tuesday" / "sh010_comp_v003.psd", b"z")
    code, lines = watch(rushes, hot)
    assert [one["counts"] for one in lines] == [
        {"ingested": 1, "refused": 1, "skipped": 1},
        {"ingested": 1},
    ]


def test_a_drop_waits_until_nothing_in_it_changes_and_its_manifest_is_there(
    rushes: Command, hot: Path
) -> None:
    (hot / "monday" / "sh010_comp_v001.psd").touch()
    assert watch(rushes, hot, "--settle", "3600") == (exits.OK, [])
    assert watch(rushes, hot, "--settle", "0", "--manifest-name", "*.csv") == (exits.OK, [])
    write(hot / "monday" / "m.csv", b"shot,asset,version,delivery_path\n"
          b"sh010,comp,1,sh010_comp_v001.psd\n")  # fmt: skip
    code, lines = watch(rushes, hot, "--settle", "0", "--manifest-name", "*.csv")
    assert (code, lines[0]["counts"]) == (exits.FOUND, {"ingested": 1, "refused": 1})


def test_what_cannot_be_taken_in_is_told_and_tried_again(rushes: Command, hot: Path) -> None:
    for _ in range(2):
        code, lines = watch(rushes, hot, "--policy", "nothing")
        assert (code, lines[0]["state"]) == (exits.NOT_THERE, "error")
        assert "nothing" in lines[0]["problem"]
    assert rushes("watch-ingest", hot / "nowhere", "--once", "--project", "FG").code == (
        exits.NOT_THERE
    )
