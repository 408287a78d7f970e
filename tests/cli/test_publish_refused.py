"""`rushes publish`: what it refuses leaves no trace, and what is less than it seems is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.publish import measuring
from rushes.testing.publishes import SHOT, records, sidecars, toolkit, tree
from rushes.testing.toolkit import RENDERS

__all__ = ["records", "toolkit"]

Command = Callable[..., Any]


def test_a_dry_run_writes_nothing_and_holds_no_number(rushes: Command, toolkit: Path) -> None:
    before = tree(toolkit)
    ended = rushes("publish", *SHOT, "--dry-run", "--copy-to", "pub")
    assert ended.code == exits.FOUND
    assert "nothing is recorded, written or reserved" in ended.out
    assert "v001, unless somebody takes it before" in ended.out
    told = rushes("publish", *SHOT, "--dry-run", "--json").json
    assert (told["dry_run"], told["id"], told["sidecar"]) == (True, None, None)
    assert tree(toolkit) == before
    rushes("publish", *SHOT, "--version", "v007")
    assert rushes("publish", *SHOT, "--version", "7", "--dry-run").code == exits.NOT_THERE


def test_a_version_that_is_taken_is_refused(rushes: Command, toolkit: Path) -> None:
    assert rushes("publish", *SHOT, "--version", "v007").code == exits.FOUND
    before = tree(toolkit)
    again = rushes("publish", *SHOT, "--version", "v007")
    assert again.code == exits.NOT_THERE
    assert "recorded already" in again.err
    assert tree(toolkit) == before
    assert rushes("publish", *SHOT, "--json").json["version"] == "v008"
    told = rushes("publish", *SHOT, "--iteration", "next", "--json").json
    assert (told["version"], told["iteration"]) == ("v008", 2)


@pytest.mark.parametrize("version", ["../../x", "v0", "v", "1.5", "-1", ""])
def test_a_version_that_is_none_is_refused(rushes: Command, toolkit: Path, version: str) -> None:
    before = tree(toolkit)
    assert rushes("publish", *SHOT, f"--version={version}").code == exits.NOT_THERE
    assert tree(toolkit) == before


@pytest.mark.parametrize("shot", ["../demo_show", "nothing", "a/b", ".."])
def test_a_shot_that_is_not_there_is_refused(rushes: Command, toolkit: Path, shot: str) -> None:
    before = tree(toolkit)
    assert rushes("publish", "--show", "demo_show", "--shot", shot).code == exits.NOT_THERE
    assert tree(toolkit) == before


def test_nothing_to_publish_is_no_publish(rushes: Command, toolkit: Path) -> None:
    for path in RENDERS.iterdir():
        path.unlink()
    before = tree(toolkit)
    assert rushes("publish", *SHOT).code == exits.NOT_THERE
    assert tree(toolkit) == before


def test_files_that_change_while_they_are_hashed_are_refused(
    rushes: Command, toolkit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = measuring.hashes

    def changing(*given: Any, **how: Any) -> Any:
        (RENDERS / "frame_0002.exr").write_bytes(b"another")
        yield from hashes(*given, **how)

    monkeypatch.setattr(measuring, "hashes", changing)
    ended = rushes("publish", *SHOT)
    assert ended.code == exits.UNAVAILABLE
    assert "changed" in ended.err
    assert rushes("publishes", "list", "--json").json["publishes"] == []
    assert sidecars(RENDERS) == []


def test_files_that_change_after_they_were_hashed_are_refused_too(
    rushes: Command, toolkit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = measuring.hashes

    def changing(*given: Any, **how: Any) -> Any:
        yield from hashes(*given, **how)
        (RENDERS / "frame_0002.exr").write_bytes(b"another")

    with monkeypatch.context() as patched:
        patched.setattr(measuring, "hashes", changing)
        assert rushes("publish", *SHOT).code == exits.UNAVAILABLE
    assert rushes("publish", *SHOT, "--json").json["version"] == "v001"


def test_an_error_of_a_policy_fails_the_publish_which_is_nobodys_latest(
    rushes: Command, toolkit: Path
) -> None:
    assert rushes("publish", *SHOT, "--json").json["is_latest"]
    Path("strict.toml").write_text(
        'name = "strict"\nversion = "1"\ndescription = "-"\n'
        '[rules.size]\ncheck = "file_size"\nmin = "1 KB"\n'
    )
    ended = rushes("publish", *SHOT, "--policy", "./strict.toml", "--copy-to", "pub", "--json")
    assert ended.code == exits.NOT_THERE
    told = ended.json
    assert (told["status"], told["record_status"], told["is_latest"], told["copy"]) == (
        *("failed", "failed", False, None),
    )
    assert not Path("pub").exists()
    rows = rushes("publishes", "list", "--json").json["publishes"]
    assert [(one["version"], one["is_latest"]) for one in rows] == [("v002", False), ("v001", True)]


def test_a_link_across_file_systems_is_refused(
    rushes: Command, toolkit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(*_given: object, **_how: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", other)
        ended = rushes("publish", *SHOT, "--copy-to", "pub", "--hardlink")
    assert ended.code == exits.NOT_THERE
    assert "Leave --hardlink out" in ended.err
    assert list(Path("pub").rglob("*.exr")) == []
    assert rushes("publishes", "list", "--json").json["publishes"] == []


def test_a_sidecar_that_cannot_be_written_is_told_and_the_record_stands(
    rushes: Command, toolkit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.core.errors import Code, RushesError
    from rushes.publish import sidecar

    def closed(_path: Path, _data: bytes) -> None:
        raise RushesError(Code.WRITE_FAILED, "Could not write.")

    class Closed:
        create_bytes = staticmethod(closed)

    with monkeypatch.context() as patched:
        patched.setattr(sidecar, "atomic", Closed)
        ended = rushes("publish", *SHOT, "--json")
    assert ended.code == exits.NOT_WRITTEN
    assert (ended.json["sidecar"], ended.json["problem"]) == (None, "Could not write.")
    assert rushes("publishes", "show", "1").code == exits.OK


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (("--show", "other", "--shot", "shot010"), "show 'other'"),
        (("--show", "demo_show", "--shot", "shot010", "--task", "anim"), "no task 'anim'"),
    ],
)
def test_what_is_not_on_record_is_never_made_up(
    rushes: Command, records: Path, given: tuple[str, ...], word: str
) -> None:
    ended = rushes("publish", *given, RENDERS)
    assert ended.code == exits.NOT_THERE
    assert word in ended.err
    assert rushes("publishes", "list", "--json").json["publishes"] == []


def test_a_dry_run_makes_no_database(rushes: Command, toolkit: Path) -> None:
    (toolkit / "toolkit.yaml").unlink()
    ended = rushes("publish", *SHOT, "--dry-run", RENDERS)
    assert ended.code == exits.NOT_THERE
    assert "no records yet" in ended.err
    assert "not made" in rushes("db", "status").out


def test_a_copy_that_differs_is_found_out_before_it_has_a_name(
    rushes: Command, toolkit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.publish import copying

    copy = copying.copy_file

    def flipped(source: str, target: str) -> None:
        copy(source, target)
        os.chmod(target, 0o644)
        with open(target, "r+b") as file:
            file.write(b"X")

    with monkeypatch.context() as patched:
        patched.setattr(copying, "copy_file", flipped)
        ended = rushes("publish", *SHOT, "--copy-to", "pub", "--workers", "1")
    assert ended.code == exits.UNAVAILABLE
    assert "is not what was hashed" in ended.err
    assert [one for one in Path("pub").rglob("*") if one.is_file()] == []
    assert rushes("publishes", "list", "--json").json["publishes"] == []
    told = rushes("publish", *SHOT, "--copy-to", "pub", "--json").json
    assert told["version"] == "v001"


def test_a_damaged_file_of_publishes_is_told_by_its_line_and_left_alone(
    rushes: Command, toolkit: Path
) -> None:
    rushes("publish", *SHOT)
    book = Path("data/tracking_db.json")
    damaged = book.read_bytes().replace(b'"event"', b'"tneve"', 1)
    book.write_bytes(damaged)
    ended = rushes("publish", *SHOT)
    assert ended.code == exits.UNAVAILABLE
    assert "tracking_db.json:2" in ended.err
    assert book.read_bytes() == damaged


def test_a_file_of_zero_bytes_is_no_publish_without_a_warning(
    rushes: Command, toolkit: Path
) -> None:
    Path("only.exr").touch()
    told = rushes("publish", *SHOT, "only.exr", "--json")
    assert told.code == exits.FOUND
    assert [one["rule"] for one in told.json["findings"]] == ["file.empty"]
    assert told.json["status"] == "warnings"


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_copy_is_refused_at_once_where_none_can_be(
    rushes: Command, toolkit: Path, more: tuple[str, ...]
) -> None:
    Path("taken").touch()
    for place in ("/dev/null", "taken", "taken/below"):
        ended = rushes("publish", *SHOT, "--copy-to", place, *more)
        assert ended.code == exits.NOT_WRITTEN, place
    assert not (toolkit / "data").exists()


@pytest.mark.parametrize("wrong", [("--software", "a\nb"), ("--part", "../x"), ("--part", "a/b")])
def test_software_and_part_are_plain_names(
    rushes: Command, toolkit: Path, wrong: tuple[str, str]
) -> None:
    ended = rushes("publish", *SHOT, *wrong)
    assert ended.code == exits.NOT_THERE
    assert wrong[0] in ended.err
    assert not (toolkit / "data").exists()


def test_a_show_that_nobody_knows_is_not_an_empty_list(rushes: Command, toolkit: Path) -> None:
    assert rushes("publishes", "list", "--show", "nosuch").code == exits.NOT_THERE
    assert rushes("publishes", "list", "--show", "demo_show").code == exits.OK
    assert rushes("publishes", "list").code == exits.OK


def test_a_layer_that_is_not_there_is_not_published_and_json_tells_that_none_follows(
    rushes: Command, toolkit: Path
) -> None:
    item = toolkit / "usd/Tornado/smoke/data/smoke_v001_i001.usd"
    missing = rushes("publish", *SHOT, RENDERS, "--item-usd", item)
    assert missing.code == exits.NOT_THERE
    assert "There is no file" in missing.err
    item.parent.mkdir(parents=True)
    item.write_text("#usda 1.0\n")
    told = rushes("publish", *SHOT, "--item-usd", item, "--json").json
    assert "usd.not_rebuilt" in [one["rule"] for one in told["findings"]]


def test_a_path_below_the_root_is_told_as_it_is(rushes: Command, toolkit: Path) -> None:
    assert "There is no file /nope." in rushes("publish", *SHOT, "/nope").err
