"""`rushes watch`: a real render is followed to its end; nothing is called complete too early."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest
from jsonschema import validate

from rushes.cli import exits

Command = Callable[..., Any]
Make = Callable[..., None]
Row = dict[str, Any]

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "rushes.watch-event.1.json"
LONG = 60.0


class Running:
    """`rushes watch --json` in a process of its own, read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._schema = json.loads(SCHEMA.read_text("utf-8"))
        self._lines: Queue[str | None] = Queue()
        Thread(target=self._read, daemon=True).start()

    def next(self) -> Row:
        """The next event, held to the schema."""
        try:
            line = self._lines.get(timeout=LONG)
        except Empty:
            pytest.fail("no further event came")
        assert line is not None, "there are no further events"
        row: Row = json.loads(line)
        validate(row, self._schema)
        return row

    def until(self, event: str, **wanted: str) -> Row:
        """The next event of that name with those values."""
        while True:
            row = self.next()
            if row["event"] == event and all(row[name] == one for name, one in wanted.items()):
                return row

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)


@contextmanager
def watching(folder: Path, *args: str) -> Iterator[Running]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "rushes", "watch", str(folder), "--json", *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


@pytest.mark.parametrize("how", [[], ["--poll"]], ids=["noticed", "polled"])
def test_a_render_is_followed_until_it_is_complete(
    how: list[str], home: Path, make_frames: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_WATCH_POLL", "0.2")
    make_frames(home / "renders", [1001])
    given = ["--expect", "1001-1004", "--until-complete", *how]
    with watching(home / "renders", *given) as running:
        assert running.until("found")["missing"] == "1002-1004"
        make_frames(home / "renders", [1002])
        assert running.until("grew", frames="1002")["missing_count"] == 2
        make_frames(home / "renders" / "left" / "beauty", [1001])
        running.until("new", folder="left/beauty")
        make_frames(home / "renders", [1003, 1004])
        complete = running.until("complete", folder=".")
        assert complete["on_disk"] == "1001-1004"
        assert running.process.poll() is None
        make_frames(home / "renders" / "left" / "beauty", [1002, 1003, 1004])
        running.until("complete", folder="left/beauty")
        ended = running.until("ended")
        assert ended["reason"] == "complete"
        assert ended["standing"] == {
            "sequences": 2,
            "expected": 2,
            "complete": 2,
            "stalled": 0,
            "unreadable_folders": 0,
        }
        assert running.process.wait(LONG) == exits.OK


def test_a_name_that_is_no_text_does_not_end_the_watch(home: Path, make_frames: Make) -> None:
    (home / "renders").mkdir()
    with watching(home / "renders") as running:
        running.until("watching")
        (home / "renders" / os.fsdecode(b"odd\xff.1001.exr")).write_bytes(b"x")
        make_frames(home / "renders", [1001])
        seen: set[str] = set()
        while len(seen) < 2:  # found or new, as the first look was over or not
            row = running.next()
            seen |= {row["path"]} if row["path"] else set()
        assert seen == {"odd\\xff.%04d.exr", "plate.%04d.exr"}


def test_ctrl_c_ends_with_how_it_stands(home: Path, make_frames: Make) -> None:
    make_frames(home / "renders", [1001])
    with watching(home / "renders", "--expect", "1001-1004") as running:
        running.until("found")
        running.process.send_signal(signal.SIGINT)
        ended = running.until("ended")
        assert ended["reason"] == "interrupted"
        assert ended["standing"]["complete"] == 0
        assert running.process.wait(LONG) == exits.INTERRUPTED


def test_a_render_that_stops_short_has_stalled(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", [1001, 1002])
    ended = rushes(
        "watch", home / "renders", "--expect", "1001-1004", "--until-complete",
        "--stall-after", "0.1",
    )  # fmt: skip
    assert ended.code == exits.FOUND
    assert "stalled" in ended.out
    assert "missing 1003-1004" in ended.out
    assert "What is expected did not come." in ended.out


def test_waiting_for_what_never_begins_ends_too(rushes: Command, home: Path) -> None:
    (home / "renders").mkdir()
    given = ["--expect", "1-4", "--until-complete", "--stall-after", "0.1"]
    ended = rushes("watch", home / "renders", *given)
    assert ended.code == exits.FOUND
    assert "no frame came" in ended.out


def test_time_that_is_up_is_a_failure_only_for_who_waits_for_completeness(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", [1001])
    ended = rushes("watch", home / "renders", "--timeout", "0.1")
    assert ended.code == exits.OK
    assert "Time is up." in ended.out
    assert "none of them has a known range" in ended.out
    given = ["--timeout", "0.1", "--expect", "1001-1004", "--until-complete"]
    assert rushes("watch", home / "renders", *given).code == exits.FOUND


def test_nothing_can_be_complete_where_nothing_is_expected(rushes: Command, home: Path) -> None:
    ended = rushes("watch", home, "--until-complete")
    assert (ended.code, ended.out) == (exits.NOT_THERE, "")
    assert "--expect" in ended.err


def test_a_folder_that_is_not_there_or_goes_is_no_success(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    ended = rushes("watch", home / "nowhere", "--json")
    assert ended.code == exits.NOT_THERE
    assert ended.json["error"]["code"] == "path.not_found"
    make_frames(home / "renders", [1001])
    with watching(home / "renders") as running:
        running.until("found")
        (home / "renders").rename(home / "elsewhere")
        assert running.until("ended")["reason"] == "gone"
        assert running.process.wait(LONG) == exits.NOT_THERE


def test_the_range_of_the_shot_is_what_is_waited_for(
    rushes: Command, shows: Path, home: Path
) -> None:
    (home / "rushes.toml").write_text(
        'shows_root = "shows"\n[shots]\n"demo/sq010/sh0020" = "1001-1007"\n'
    )
    ended = rushes("watch", shows, "--until-complete", "--stall-after", "0.1")
    assert ended.code == exits.FOUND
    assert "demo/sq010/sh0020/renders/beauty.%04d.exr" in ended.out
    assert "missing 1006-1007" in ended.out
    assert "of 1 with a known range 0 complete, 1 stalled" in ended.out
