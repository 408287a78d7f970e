"""A show with two shots, a drop for it, and what a person sees of an ingest, for tests."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from rushes.db.opening import open_studio
from rushes.ports.records import every
from rushes.ports.studio import Op, Query, Studio
from rushes.testing.studios import ADMIN, ids, make

LONG_AGO = 1_700_000_000
SHOW, SHOTS, FRAMES = "FG", ("sh010", "sh020"), (1001, 1002, 1003)
NAMES = "{shot}_{task}_v{version:03d}[.{frame:04d}].{ext}"
PLACE = "FG/sc02/{shot}/comp/vendor/v{version:03d}"
_COMMAND = "rushes.cli.main"  # by its name: nothing in this room knows a face
HEADER = "show,episode,scene,shot,asset,version,source_path,delivery_path,checksum"


def write(path: Path, data: bytes = b"x") -> Path:
    """A file that nobody writes to any more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person sees of one ingest: its exit code, its document where it has one, stderr."""

    code: int
    told: Any
    err: str

    @property
    def fates(self) -> dict[str, str]:
        """What became of each version, by its shot and number; of others by their name."""
        rows = self.told["versions"]
        return {one["name"].removeprefix("sc02/"): one["fate"] for one in rows}

    @property
    def findings(self) -> list[dict[str, Any]]:
        """All that is wrong, with the drop and with its versions."""
        lots = (found for lot in self.told["versions"] for found in lot["findings"])
        return [one for one in (*self.told["findings"], *lots) if one["severity"] == "error"]

    @property
    def problem(self) -> str:
        """Why nothing, or not all, could be done: a sentence, and what to do now."""
        error = self.told.get("error")
        if error is None:
            return str(self.told["problem"])
        assert error["hint"]
        return f"{error['code']}: {error['message']} {error['hint']}"

    @property
    def rules(self) -> set[str]:
        """The rules of it."""
        return {one["rule"] for one in self.findings}

    def about(self, rule: str) -> dict[str, Any]:
        """The one finding of a rule."""
        (found,) = (one for one in self.findings if one["rule"] == rule)
        assert found["fix"], found
        return found


@dataclass(frozen=True)
class Desk:
    """Where drops are taken in: a drop, the shows, and the records; all in one folder."""

    root: Path
    studio: Studio
    capsys: pytest.CaptureFixture[str]
    run: Callable[[list[str]], int]

    @property
    def drop(self) -> Path:
        """What was sent."""
        return self.root / "drop"

    @property
    def shows(self) -> Path:
        """Where it goes."""
        return self.root / "shows"

    def put(self, name: str | bytes, data: bytes = b"x") -> Path:
        """A file in the drop that nobody writes to any more."""
        return write(self.drop / os.fsdecode(name), data)

    def version(self, shot: str = "sh010", number: int = 4) -> dict[str, bytes]:
        """A whole version in the drop; its files by name."""
        made = frames_of(shot, number)
        for name, data in made.items():
            self.put(name, data)
        return made

    def manifest(self, name: str, text: str | bytes) -> Path:
        """A manifest, beside the drop."""
        path = self.root / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def ingest(self, *more: str | os.PathLike[str]) -> Seen:
        """Take the drop in. The drop is to be as it was."""
        self.capsys.readouterr()
        before = contents(self.drop)
        words = ["ingest", str(self.drop), "--project", SHOW, "--json"]
        code = self.run([*words, *(os.fspath(one) for one in more)])
        assert contents(self.drop) == before, "an ingest has changed the drop"
        said = self.capsys.readouterr()
        return Seen(code, json.loads(said.out) if said.out else None, said.err)

    def read(self, *words: str) -> str:
        """What any command says on a terminal."""
        self.capsys.readouterr()
        self.run(list(words))
        said = self.capsys.readouterr()
        return said.out + said.err

    def media(self) -> dict[str, bytes]:
        """Media below the shows, by path."""
        found = self.shows.rglob("*.dpx")
        return {str(one.relative_to(self.shows)): one.read_bytes() for one in found}

    def on_record(self) -> dict[str, str]:
        """The BLAKE3 of every file of every publish, by name."""
        return recorded(self.studio)

    def check_taken(self, *wanted: dict[str, bytes]) -> None:
        """That just these files are at their places and on record, with their bytes."""
        files = {name: data for some in wanted for name, data in some.items()}
        assert {path.rpartition("/")[2]: data for path, data in self.media().items()} == files
        assert self.on_record() == {name: blake3(data).hexdigest() for name, data in files.items()}
        assert len(ids(self.studio, "publish")) == len(ids(self.studio, "version")) == len(wanted)
        assert not list(self.shows.rglob("*.part"))


def frames_of(shot: str, number: int, *, size: int = 200) -> dict[str, bytes]:
    """The files of a version, by name; no two are alike."""
    return {
        f"{shot}_comp_v{number:03d}.{frame}.dpx": f"{shot} {number} {frame} ".encode() * size
        for frame in FRAMES
    }


def row(path: str, *, shot: str = "sh010", number: int = 4, checksum: str = "") -> str:
    """A line of a manifest, in the order of `HEADER`."""
    return f"{SHOW},,sc02,{shot},comp,{number},,{path},{checksum}"


def blake(data: bytes) -> str:
    """A checksum as manifests have it."""
    return f"blake3:{blake3(data).hexdigest()}"


def recorded(studio: Studio) -> dict[str, str]:
    """The BLAKE3 of every file of every publish, by name, none of them twice."""
    found: dict[str, str] = {}
    pages = every(lambda page: studio.find("publish", Query(), access=ADMIN, page=page))
    for one in pages:
        for part in one.fields["components"]:
            for name, digest in _digests(part):
                assert name not in found, f"{name} is on record twice"
                found[name] = digest
    return found


def contents(folder: Path) -> dict[bytes, tuple[int, int, bytes]]:
    """Everything below a folder: kind and permissions, time, and bytes of files and links."""
    found: dict[bytes, tuple[int, int, bytes]] = {}
    for above, folders, names in os.walk(os.fsencode(folder)):
        for name in (*folders, *names):
            path = os.path.join(above, name)
            state = os.lstat(path)
            data = b""
            if stat.S_ISREG(state.st_mode):
                data = Path(os.fsdecode(path)).read_bytes()
            elif stat.S_ISLNK(state.st_mode):
                data = os.readlink(path)
            found[path] = state.st_mode, state.st_mtime_ns, data
    return found


def show_made(studio: Studio) -> None:
    """The show FG: in sc02 two shots from 1001 to 1003, each with a comp."""
    project = make(studio, "project", code=SHOW, templates={"delivery": NAMES}).id
    sequence = make(studio, "sequence", project=project, code="sc02").id
    (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
    for code in SHOTS:
        shot = make(
            studio,
            "shot",
            sequence=sequence,
            code=code,
            frame_in=FRAMES[0],
            frame_out=FRAMES[-1],
        ).id
        make(studio, "task", shot=shot, type=comp)


@pytest.fixture
def desk(
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    """An empty drop, empty shows, and the show on record."""
    for name, value in {
        "HOME": tmp_path,
        "RUSHES_DATA_DIR": tmp_path / "data",
        "RUSHES_DATABASE_URL": database_url,
        "RUSHES_SHOWS_ROOT": tmp_path / "shows",
        "RUSHES_SCAN_WORKERS": "1",
    }.items():
        monkeypatch.setenv(name, str(value))
    for one in ("drop", "shows"):
        (tmp_path / one).mkdir()
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        show_made(studio)
        yield Desk(tmp_path, studio, capsys, import_module(_COMMAND).run)


def _digests(part: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The files of a component, each with its digest."""
    if part["kind"] == "file":
        yield part["name"], part["digests"]["blake3"]
        return
    head, _, tail = part["name"].partition("%04d")
    first, _, last = part["frames"].partition("-")
    frames = range(int(first), int(last or first) + 1)
    for frame, digest in zip(frames, part["digests"]["blake3"], strict=True):
        yield f"{head}{frame}{tail}", digest
