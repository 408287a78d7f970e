"""The thumbnails of a scan's report: which are made, and what is said of those that are not."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.core import logs

Command = Callable[..., Any]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes to the log file alone."""
    lines: list[str] = []
    monkeypatch.setattr(logs, "info", lines.append)
    return lines


def page(path: Path) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", path.read_text("utf-8")))


def test_a_thumbnail_that_cannot_be_made_is_told_with_its_file_and_why(
    rushes: Command, shows: Path, home: Path, told: list[str]
) -> None:
    ended = rushes("scan", shows, "--no-db", "--report", home / "report.html")
    assert ended.code == exits.OK
    title, *named, more = ended.err.splitlines()
    assert title == "The report lacks 6 thumbnails:"
    assert len(named) == 3
    for line in named:
        assert re.search(r"No picture can be read from \S+/(plate|beauty)\.\d+\.exr: .+\.$", line)
    assert more == "  … and 3 more, which the report tells beside their sequences."
    report = page(home / "report.html")
    failed = [line for line in told if line.startswith("no thumbnail: ")]
    assert len(failed) == 6
    for line in failed:
        assert line.removeprefix("no thumbnail: ") in report
    for line in named:
        assert line.strip() in report


def test_files_that_are_no_images_are_not_told_as_lacking_a_thumbnail(
    rushes: Command, home: Path
) -> None:
    fx = home / "shows" / "fx"
    fx.mkdir(parents=True)
    for frame in (1001, 1002, 1004):
        for ending in ("vdb", "json", "bgeo.sc"):
            (fx / f"smoke.{frame}.{ending}").write_bytes(b"volumes and points")
    ended = rushes("scan", home / "shows", "--no-db", "--report", home / "report.html")
    assert (ended.code, ended.err) == (exits.OK, "")
    assert "smoke.%04d.vdb" in page(home / "report.html")
    assert "cannot be shown" not in page(home / "report.html")
