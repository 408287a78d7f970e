"""`rushes qc rebuild`: a database that was thrown away is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_sign_offs
from rushes.ports.records import every
from rushes.qc.mirror import Mirror
from rushes.qc.places import Mode
from rushes.scan.roots import Root
from rushes.testing.found import ACTOR
from rushes.testing.postgres import temporary_database
from rushes.testing.signed import legacy, sidecar
from rushes.testing.signoffs import placed

pytestmark = pytest.mark.usefixtures("home", "own_database")


@pytest.fixture
def own_database(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)


@pytest.fixture
def other_database(postgres_server: str) -> Iterator[str]:
    """A database without any table."""
    with temporary_database(postgres_server) as url:
        yield url


@pytest.fixture
def shows(tmp_path: Path) -> Path:
    shows = tmp_path / "shows"
    for name, mode, length in (("a.mov", Mode.SUBDIR, 3), ("p.%04d.exr", Mode.DOT, 2)):
        placed(shows / "NV" / "sh010", sidecar(name, length), mode)
    placed(shows / "NV" / "sh020", sidecar("c.mov", after=(legacy(),), notes="\0"), Mode.INLINE)
    return shows


def rebuilt(rushes: Any, *args: Any) -> Any:
    ended = rushes("qc", "rebuild", "--json", *args)
    (root,) = ended.json["roots"]
    return ended.code, root


def everything(url: str, shows: Path) -> list[Any]:
    """The records in force, the heads and all histories."""
    mount = str(shows)
    with closing(open_sign_offs(url, data_dir=Path())) as signoffs:
        heads = list(every(lambda page: signoffs.heads(mount, page=page)))
        latest = list(every(lambda page: signoffs.latest(mount, page=page)))
        return [heads, latest, [signoffs.history(one.asset).rows for one in heads]]


def test_a_database_thrown_away_is_restored_from_the_sidecars(
    rushes: Any,
    shows: Path,
    database_url: str,
    other_database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mirror = Mirror(lambda: open_sign_offs(database_url, data_dir=Path()), ACTOR)
    root, folder = Root(str(shows)), PurePosixPath("NV/sh010")
    for name, length in (("a.mov", 3), ("p.%04d.exr", 2)):
        mirror.take(root, folder, name, sidecar(name, length))
    last = sidecar("c.mov", after=(legacy(),), notes="\0")
    mirror.take(root, PurePosixPath("NV/sh020"), "c.mov", last)
    assert mirror.close().problem is None
    before = everything(database_url, shows)
    assert len(before[1]) == 3
    monkeypatch.setenv("RUSHES_DATABASE_URL", other_database)
    code, told = rebuilt(rushes, shows)
    assert (code, told["sidecars"], told["new"], told["known"]) == (exits.OK, 3, 7, 0)
    assert everything(other_database, shows) == before


def test_a_dry_run_writes_nothing(rushes: Any, shows: Path, database_url: str) -> None:
    code, told = rebuilt(rushes, shows, "--dry-run")
    assert (code, told["new"]) == (exits.OK, 7)
    assert everything(database_url, shows) == [[], [], []]


def test_a_dry_run_makes_no_database(
    rushes: Any, shows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUSHES_DATABASE_URL")
    code, told = rebuilt(rushes, shows, "--dry-run")
    assert (code, told["new"]) == (exits.OK, 7)
    assert not (tmp_path / "data" / "postgres").exists()


def test_what_only_the_database_knows_is_told_kept_and_forgotten(rushes: Any, shows: Path) -> None:
    rebuilt(rushes, shows)
    placed(shows / "NV" / "sh010", sidecar("a.mov"))
    (shows / "NV" / "sh020" / "c.mov.qc.json").unlink()
    code, told = rebuilt(rushes, shows)
    assert code == exits.FOUND
    assert [(one["position"], one["result"]) for one in told["lost"]] == [(2, "pass"), (3, "pass")]
    assert told["lost"][0]["asset"] == f"{shows}/NV/sh010/a.mov"
    assert [one["records"] for one in told["gone"]] == [2]
    ended = rushes("qc", "rebuild", shows)
    assert ended.code == exits.FOUND
    assert f"gone  {shows}/NV/sh020/c.mov: no sidecar, 2 records known" in ended.out
    assert ended.out.count("lost  ") == 2
    assert "4 records in no sidecar any more; the database keeps them" in ended.err
    code, told = rebuilt(rushes, shows, "--forget", "--dry-run")
    assert (code, told["forgotten"]) == (exits.FOUND, 0)
    code, told = rebuilt(rushes, shows, "--forget")
    assert (code, told["forgotten"]) == (exits.OK, 4)
    code, told = rebuilt(rushes, shows)
    assert (code, told["known"], told["lost"], told["gone"]) == (exits.OK, 3, [], [])


def test_a_sidecar_that_makes_no_sense_is_listed_and_not_mirrored(rushes: Any, shows: Path) -> None:
    place = shows / "NV" / "sh010" / ".qc" / "a.mov.qc.json"
    place.write_bytes(place.read_bytes()[:-9])
    code, told = rebuilt(rushes, shows)
    assert (code, told["sidecars"], told["new"]) == (exits.FOUND, 2, 4)
    (problem,) = told["problems"]
    assert problem["code"] == "sidecar.invalid"
    assert str(place) in problem["message"]
    ended = rushes("qc", "rebuild", shows)
    assert ended.code == exits.FOUND
    assert str(place) in ended.err


def test_a_folder_without_records_is_told(rushes: Any, shows: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    ended = rushes("qc", "rebuild", tmp_path / "none")
    assert ended.code == exits.NOT_THERE
    assert "There is no sidecar." in ended.err
    assert rushes("qc", "rebuild", tmp_path / "never").code == exits.NOT_THERE


def test_storage_that_is_not_mounted_forgets_nothing(
    rushes: Any, shows: Path, database_url: str
) -> None:
    rebuilt(rushes, shows)
    before = everything(database_url, shows)
    shows.rename(shows.with_name("unmounted"))
    shows.mkdir()
    code, told = rebuilt(rushes, shows, "--forget")
    assert (code, told["empty"], told["forgotten"]) == (exits.UNAVAILABLE, True, 0)
    ended = rushes("qc", "rebuild", shows, "--forget")
    assert "Check that the storage is mounted." in ended.err
    assert everything(database_url, shows) == before


def test_records_kept_apart_are_found(rushes: Any, tmp_path: Path, shows: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    apart = tmp_path / "apart"
    place = apart / media.relative_to(media.anchor)
    place.parent.mkdir(parents=True)
    shows.rename(place)
    code, told = rebuilt(rushes, media, "--sidecar-root", apart)
    assert (code, told["new"], told["root"]) == (exits.OK, 7, str(media))


def test_a_database_out_of_reach_is_told(
    rushes: Any, shows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert rushes("qc", "rebuild", shows).code == exits.UNAVAILABLE
