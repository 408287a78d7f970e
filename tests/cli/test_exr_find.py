"""`rushes exr index`, `find` and `similar`: headers of a tree remembered, and found again."""

from __future__ import annotations

import os
import struct
from itertools import permutations
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.cli import exits
from rushes.testing.media.exr_corners import file, header, one_attribute

pytestmark = pytest.mark.usefixtures("home", "own_database")


@pytest.fixture
def own_database(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)


@pytest.fixture
def shows(tmp_path: Path) -> Path:
    folder = tmp_path / "shows" / "NV" / "sq010" / "sh0010" / "renders"
    folder.mkdir(parents=True)
    for frame in range(1001, 1011):
        made = one_attribute(b"timeCode", "timecode", struct.pack("<2I", frame, 0))
        (folder / f"beauty.{frame}.exr").write_bytes(file(made))
    (folder / "still.exr").write_bytes(file(header("chromaticities")))
    (folder / "notes.txt").write_text("no picture")
    return tmp_path / "shows"


def index(rushes: Any, shows: Path, *more: str) -> Any:
    ended = rushes("exr", "index", "--json", "--shows-root", shows, shows, *more)
    (root,) = ended.json["roots"]
    return ended.code, root


def test_a_tree_is_remembered_and_found_again(rushes: Any, shows: Path) -> None:
    code, root = index(rushes, shows)
    assert code == exits.OK
    assert (root["files"], root["added"], root["forgotten"]) == (11, 11, 0)
    ended = rushes("exr", "find", "--show", "NV", "--where", "width = 1 and name ~ 'beauty*'")
    assert ended.code == exits.OK
    assert "beauty.%04d.exr" in ended.out
    assert "1001-1010" in ended.out
    assert ended.out.count("\n") == 1


def test_files_that_look_the_same_are_not_read_again(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    code, root = index(rushes, shows)
    assert code == exits.OK
    assert (root["unchanged"], root["added"], root["changed"]) == (11, 0, 0)
    _, root = index(rushes, shows, "--full")
    assert (root["unchanged"], root["changed"]) == (0, 11)


def test_what_changed_and_what_is_gone_is_noticed(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    folder = shows / "NV/sq010/sh0010/renders"
    (folder / "beauty.1001.exr").unlink()
    (folder / "still.exr").unlink()
    (folder / "beauty.1002.exr").write_bytes(file(header("int 1")))
    _, root = index(rushes, shows)
    assert (root["files"], root["changed"], root["forgotten"]) == (9, 1, 2)
    found = rushes("exr", "find", "--json", "--where", "attr.a int 1 = 1")
    assert found.code == exits.NOT_THERE  # a name with spaces is no field
    found = rushes("exr", "find", "--json", "--where", "frame = 1001 or name = still.exr")
    assert found.code == exits.FOUND
    assert found.json["images"] == []


def test_folders_that_are_gone_are_forgotten(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    (shows / "NV/sq010").rename(shows / "NV/sq020")
    _, root = index(rushes, shows)
    assert (root["added"], root["forgotten"]) == (11, 11)


def test_a_part_of_a_root_forgets_nothing_outside(rushes: Any, shows: Path) -> None:
    (shows / "XX").mkdir()
    (shows / "XX" / "a.exr").write_bytes(file(header("int 0")))
    index(rushes, shows)
    ended = rushes("exr", "index", "--json", "--shows-root", shows, shows / "XX")
    assert ended.json["roots"][0]["forgotten"] == 0
    assert len(rushes("exr", "find", "--json").json["images"]) == 12


def test_damaged_files_are_told_every_time(rushes: Any, shows: Path) -> None:
    (shows / "empty.exr").touch()
    for _ in range(2):
        code, root = index(rushes, shows)
        assert code == exits.FOUND
        assert [one["rule"] for one in root["findings"]] == ["exr.header"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_keeps_its_record(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    closed = shows / "NV/sq010"
    closed.chmod(0)
    try:
        code, root = index(rushes, shows)
    finally:
        closed.chmod(0o755)
    assert code == exits.UNAVAILABLE
    assert root["forgotten"] == 0


def test_paths_are_printed_for_other_programs(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    ended = rushes("exr", "find", "-0", "--where", "frame <= 1002 and not name = still.exr")
    names = [Path(one).name for one in ended.out.split("\0") if one]
    assert names == ["beauty.1001.exr", "beauty.1002.exr"]


def test_most_says_that_there_are_more(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    ended = rushes("exr", "find", "--json", "--most", "3")
    assert not ended.json["complete"]
    assert len(ended.json["images"]) == 3
    assert "more than 3" in ended.err


def test_similar_finds_the_same_structure_first(rushes: Any, shows: Path, tmp_path: Path) -> None:
    index(rushes, shows)
    asked = tmp_path / "asked.exr"
    asked.write_bytes(file(header("chromaticities")))
    ended = rushes("exr", "similar", "--json", asked)
    assert ended.code == exits.OK
    first, *others = ended.json["images"]
    assert Path(first["path"]).name == "still.exr"
    assert first["distance"] < 0.001
    assert all(one["distance"] > first["distance"] for one in others)
    narrowed = rushes("exr", "similar", "--json", asked, "--where", "frame > 0")
    assert [one["frame"] for one in narrowed.json["images"]] == [1001]


def test_similar_to_what_is_no_image_is_refused(rushes: Any, shows: Path) -> None:
    ended = rushes("exr", "similar", shows / "NV/sq010/sh0010/renders/notes.txt")
    assert ended.code == exits.FOUND
    assert "has no header" in ended.err


def test_a_condition_that_makes_no_sense_is_refused(rushes: Any) -> None:
    ended = rushes("exr", "find", "--where", "widthh > 3")
    assert ended.code == exits.NOT_THERE
    assert "did you mean width" in ended.err


def test_a_tree_without_images_is_told(rushes: Any, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    assert rushes("exr", "index", tmp_path / "bare").code == exits.NOT_THERE
    assert rushes("exr", "index", tmp_path / "none").code == exits.NOT_THERE


def test_a_folder_without_images_any_more_is_forgotten(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    for path in (shows / "NV/sq010/sh0010/renders").glob("*.exr"):
        path.unlink()
    _, root = index(rushes, shows)
    assert root["forgotten"] == 11
    assert rushes("exr", "find", "--json").json["images"] == []


def test_a_root_that_is_bare_forgets_nothing(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    away = shows.rename(shows.with_name("away"))
    shows.mkdir()
    ended = rushes("exr", "index", "--shows-root", shows, shows)
    assert ended.code == exits.UNAVAILABLE
    assert "mounted" in ended.err
    shows.rmdir()
    away.rename(shows)
    assert len(rushes("exr", "find", "--json").json["images"]) == 11


def test_a_part_of_a_known_root_is_recorded_in_it(rushes: Any, shows: Path) -> None:
    index(rushes, shows)
    rushes("exr", "index", shows / "NV" / "sq010")
    assert len(rushes("exr", "find", "--json").json["images"]) == 11


def nested(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A show's folder, that of all shows, and the one above, with a file in the innermost."""
    inner = tmp_path / "dup" / "show" / "sub"
    inner.mkdir(parents=True)
    for name in ("ok.exr", "gone.exr"):
        (inner / name).write_bytes(file(header("int 0")))
    return inner, inner.parent, inner.parent.parent


def paths(rushes: Any, *asked: str) -> list[str]:
    return [one["path"] for one in rushes("exr", "find", "--json", *asked).json["images"]]


def rows(database_url: str, columns: str) -> list[Any]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(f"SELECT {columns} FROM exr.files ORDER BY 1").fetchall()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_file_is_on_record_once_whatever_roots_were_indexed(
    rushes: Any, tmp_path: Path, database_url: str, order: tuple[int, ...]
) -> None:
    roots = nested(tmp_path)
    for at in order:
        assert rushes("exr", "index", roots[at]).code == exits.OK
    both = [str(roots[0] / name) for name in ("gone.exr", "ok.exr")]
    assert paths(rushes) == both
    assert rows(database_url, "file_path, inspection_count") == [(one, 3) for one in both]
    similar = rushes("exr", "similar", "--json", roots[0] / "ok.exr").json["images"]
    assert len(similar) == 1


@pytest.mark.parametrize("last", range(3))
def test_a_file_that_is_gone_is_forgotten_whichever_root_is_indexed_next(
    rushes: Any, tmp_path: Path, last: int
) -> None:
    roots = nested(tmp_path)
    for root in roots:
        rushes("exr", "index", root)
    (roots[0] / "gone.exr").unlink()
    ended = rushes("exr", "index", "--json", roots[last])
    assert ended.json["roots"][0]["forgotten"] == 1
    assert paths(rushes) == [str(roots[0] / "ok.exr")]


def test_the_show_is_that_of_the_record_whatever_part_is_indexed_next(
    rushes: Any, tmp_path: Path, database_url: str
) -> None:
    inner, show, top = nested(tmp_path)
    for root in (inner, show, top, inner, show):
        rushes("exr", "index", root)
    assert rows(database_url, "DISTINCT show, file_path_normalized") == [
        ("show", "dup:show/sub/gone.exr"),
        ("show", "dup:show/sub/ok.exr"),
    ]


def test_the_show_is_told_by_the_folder_of_all_shows_where_one_is_set(
    rushes: Any, tmp_path: Path, database_url: str
) -> None:
    _, show, top = nested(tmp_path)
    rushes("exr", "index", tmp_path)
    assert {one for (one,) in rows(database_url, "show")} == {"dup"}
    for root in (show, tmp_path):
        rushes("exr", "index", "--shows-root", top, root)
        assert {one for (one,) in rows(database_url, "show")} == {"show"}


def test_an_outer_root_that_is_bare_forgets_nothing_of_the_inner_one(
    rushes: Any, tmp_path: Path
) -> None:
    inner, show, top = nested(tmp_path)
    rushes("exr", "index", inner)
    away = show.rename(tmp_path / "away")
    assert rushes("exr", "index", top).code == exits.UNAVAILABLE
    away.rename(show)
    assert len(paths(rushes)) == 2


def test_files_come_by_their_paths_whenever_they_were_indexed(rushes: Any, tmp_path: Path) -> None:
    for name in ("b/a.1010.exr", "a/z.exr", "b/a.1009.exr", "a/b/c.exr", "a/a.exr"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(file(header("int 0")))
        rushes("exr", "index", tmp_path)
    by_path = ["a/a.exr", "a/z.exr", "a/b/c.exr", "b/a.1009.exr", "b/a.1010.exr"]
    assert paths(rushes) == [str(tmp_path / one) for one in by_path]
    two = rushes("exr", "find", "--paths", "--most", "4").out.split("\0")[:-1]
    assert two == sorted(two, key=paths(rushes).index)


@pytest.mark.parametrize("option", ["--where", "--layer", "--channel", "--compression", "--show"])
@pytest.mark.parametrize("command", [["find"], ["similar", "a.exr"]])
def test_a_condition_that_is_empty_is_refused(rushes: Any, option: str, command: list[str]) -> None:
    for empty in ("", " "):
        ended = rushes("exr", *command, option, empty)
        assert ended.code == exits.NOT_THERE
        assert f"{option} is empty" in ended.err


def test_paths_alone_and_json_are_two_things(rushes: Any) -> None:
    ended = rushes("exr", "find", "--paths", "--json")
    assert ended.code == exits.NOT_THERE
    assert "use one of them" in ended.err


def test_what_is_no_text_is_refused(rushes: Any) -> None:
    for flags in (["--layer", "\udcff"], ["--where", "software = '\udcff'"]):
        ended = rushes("exr", "find", *flags)
        assert ended.code == exits.NOT_THERE
        assert "no UTF-8" in ended.err
