"""A house with signed, approved comps, and what came of `rushes deliver`, for tests of the command.

The house is prepared once for all tests of a file, and copied for each.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from rushes.db.opening import open_studio
from rushes.ports.studio import Change, Op, Studio
from rushes.testing.drops import write
from rushes.testing.houses import House, at_home, prepared, settle
from rushes.testing.postgres import temporary_database
from rushes.testing.studios import ADA, ADMIN, ids, make

Command = Callable[..., Any]
NAMES = "{shot}_{task}_v{version:03d}[.{frame:04d}].{ext}"
FIRST = "sc01/sh010 comp v004"
SECOND = "sc02/sh020 comp v001"
_COMMAND = "rushes.cli.main"  # by its name: nothing in this room knows a face


@pytest.fixture(scope="module")
def house(
    postgres_server: str, _migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The show FG: shots sh010 in EP01 and sh020 in EP02, each with a signed, approved comp: three
    frames, and a still.
    """
    folder = tmp_path_factory.mktemp("deliver")
    with (
        temporary_database(postgres_server, template=_migrated) as url,
        prepared(folder, url, delivered_house) as made,
    ):
        yield made


def delivered_house(home: Path) -> None:
    """Have the show on record, and its comps signed."""
    url = os.environ["RUSHES_DATABASE_URL"]
    (home / "shows").mkdir()
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        closing(open_studio(url, data_dir=Path())) as studio,
    ):
        settle(home, url, monkeypatch)
        put_on_record(studio)
        for frame in (1001, 1002, 1003):
            write(home / "drop" / f"sh010_comp_v004.{frame}.dpx", b"frame %d" % frame)
        write(home / "drop" / "sh020_comp_v001.dpx", b"a still")
        for args in (
            ("ingest", str(home / "drop"), "--project", "FG"),
            ("qc", "keys", "init", "ada"),
            ("qc", "sign", str(home / "shows"), "--result", "pass", "--operator", "ada"),
        ):
            with redirect_stdout(StringIO()) as told:
                assert import_module(_COMMAND).run(list(args)) == 0, told.getvalue()
        approve(studio)


def put_on_record(studio: Studio) -> None:
    """The show, with a comp on each of its shots."""
    project = make(studio, "project", code="FG", name="Frost Giant", templates={"drop": NAMES}).id
    (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
    for number, shot in ((1, "sh010"), (2, "sh020")):
        episode = make(studio, "episode", project=project, code=f"EP0{number}").id
        sequence = make(
            studio, "sequence", project=project, episode=episode, code=f"sc0{number}"
        ).id
        one = make(studio, "shot", sequence=sequence, code=shot, frame_in=1001, frame_out=1003).id
        make(studio, "task", shot=one, type=comp)


@pytest.fixture
def database_url(house: House) -> Iterator[str]:
    """The records of the house, and its files at their place."""
    with house.copied() as url:
        yield url


@pytest.fixture
def home(house: House, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to stand in."""
    here = at_home(house.place, monkeypatch)
    settle(here, database_url, monkeypatch)
    return here


@pytest.fixture
def studio(
    home: Path,  # noqa: ARG001 (its settings come first)
    database_url: str,
) -> Iterator[Studio]:
    """The records of the house."""
    with closing(open_studio(database_url, data_dir=Path())) as opened:
        yield opened


def sign(rushes: Command, folder: Path, result: str = "pass") -> None:
    """Have Ada sign what is there."""
    ended = rushes("qc", "sign", folder, "--result", result, "--operator", "ada")
    assert ended.code == 0, ended.err


def approve(studio: Studio, status: str = "approved", *only: int) -> None:
    """Give these versions a status, or all there are."""
    changes = [Change(one, {"status": status}) for one in only or ids(studio, "version")]
    studio.update("version", changes, access=ADMIN, actor=ADA)


def add_version(rushes: Command, studio: Studio, home: Path, name: str, data: bytes) -> None:
    """Another version, signed and approved."""
    write(home / "next" / name, data)
    taken = rushes("ingest", home / "next", "--project", "FG")
    assert taken.code == 0, taken.out
    sign(rushes, home / "shows")
    approve(studio)


def version_of(studio: Studio, name: str) -> int:
    """The version of that name."""
    (found,) = ids(studio, "version", ("name", Op.IS, name))
    return found


def media(home: Path, name: str) -> Path:
    """The file of that name below the shows."""
    (found,) = (home / "shows").rglob(name)
    return found


def rot(path: Path) -> None:
    """Change one byte, and nothing that looks tell."""
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def deliver(rushes: Command, *more: str | Path) -> Any:
    """A delivery to the client, without the papers that take a second."""
    given = ("--project", "FG", "--context", "client_out", "--no-pictures", "--json")
    return rushes("deliver", *given, *more)


def fates(ended: Any) -> dict[str, str]:
    """What became of each version, by its name."""
    return {one["name"]: one["fate"] for one in ended.json["versions"]}


def rules(ended: Any) -> set[str]:
    """The rules of all errors in versions."""
    found = [one for version in ended.json["versions"] for one in version["findings"]]
    return {one["rule"] for one in found if one["severity"] == "error"}


def inside(path: Path) -> dict[str, bytes]:
    """The files of an archive below its one folder."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len({one.partition("/")[0] for one in names}) == 1
        return {one.partition("/")[2]: archive.read(one) for one in names}


def paper(files: dict[str, bytes], ending: str) -> bytes:
    """The one file of a package that ends so."""
    (found,) = (data for name, data in files.items() if name.endswith(ending))
    return found


def deliveries(rushes: Command) -> list[Any]:
    """All that are on record."""
    return list(rushes("deliver", "list", "--json").json["deliveries"])
