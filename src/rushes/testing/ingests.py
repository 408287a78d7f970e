"""A show, a drop for it, and what came of `rushes ingest`, for tests of the command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.db.opening import open_studio
from rushes.ports.studio import Op, Studio
from rushes.testing.drops import write
from rushes.testing.houses import settle
from rushes.testing.studios import ids, make

Command = Callable[..., Any]
NAMES = "{shot}_{task}_v{version:03d}[_{layer}][.{frame:04d}].{ext}"


@pytest.fixture
def records(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """The show FG with two shots in sc02, each with a comp; the first from 1001 to 1003."""
    settle(home, database_url, monkeypatch)
    (home / "shows").mkdir()
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(
            studio, "project", code="FG", name="Frost Giant", templates={"delivery": NAMES}
        ).id
        sequence = make(studio, "sequence", project=project, code="sc02").id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        for code, first, last in (("sh010", 1001, 1003), ("sh020", None, None)):
            shot = make(
                studio, "shot", sequence=sequence, code=code, frame_in=first, frame_out=last
            ).id
            make(studio, "task", shot=shot, type=comp)
        yield studio


@pytest.fixture
def drop(home: Path) -> Path:
    """A drop with a whole sequence of sh010 and a still of sh020."""
    folder = home / "drop"
    for frame in (1001, 1002, 1003):
        write(folder / "a" / f"sh010_comp_v004.{frame}.dpx", b"frame %d" % frame)
    write(folder / "sh020_comp_v001.dpx", b"still")
    return folder


def ingest(rushes: Command, drop: Path, *more: str | Path) -> Any:
    """Take a drop in; what came of it."""
    return rushes("ingest", drop, "--project", "FG", "--json", *more)


def fates(ended: Any) -> dict[str, str]:
    """What became of each version, by its name."""
    return {one["name"]: one["fate"] for one in ended.json["versions"]}


def rules(ended: Any) -> list[str]:
    """The rules of all errors in versions."""
    found = [one for lot in ended.json["versions"] for one in lot["findings"]]
    return [one["rule"] for one in found if one["severity"] == "error"]


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by path."""
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def media(folder: Path) -> dict[str, bytes]:
    """Media below a folder, by path."""
    return {name: data for name, data in tree(folder).items() if name.endswith(".dpx")}


def count(studio: Studio, kind: str) -> int:
    """How many records of a kind there are."""
    return len(ids(studio, kind))
