"""A crawl of links, odd names and times, and of records that are none or of another tool."""

from __future__ import annotations

import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from rushes.cli import exits
from rushes.cli.main import run
from rushes.core.escape import escape
from rushes.model.signoff import Legacy
from rushes.qc.kept import Kept, kept
from rushes.qc.places import CACHE, FOLDER
from rushes.testing.odd_trees import LONG_AGO, _alone, happened, looks, media, place, recorded, told

__all__ = ["_alone", "place"]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX file systems only")


def test_what_is_no_file_is_no_asset(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = place / "shows"
    media(root / "a.mov")
    media(place / "out" / "o.mov")
    (root / "loop").symlink_to(root)
    (root / "self.mov").symlink_to("self.mov")
    (root / "dangling.mov").symlink_to("nowhere.mov")
    (root / "linked.mov").symlink_to(place / "out" / "o.mov")
    (root / "outside").symlink_to(place / "out")
    os.mkfifo(root / "pipe.mov")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(root / "socket.mov"))
        code, row = told(capsys, "crawl", root)
    assert code == exits.OK
    assert happened(row) == {"a.mov": "new", "linked.mov": "new"}
    assert os.listdir(place / "out") == ["o.mov"]


NAMES = [
    b"\xff\xfe.mov",
    b"new\nline.mov",
    b"\x1b[31mred\x1b[0m.mov",
    "Möwe 海.mov".encode(),
    b"back\\slash.mov",
    b"per%cent %04d.mov",
    b"quote\"'.mov",
    b" leading.mov",
    b"plate.%04d.qc.mov",
    b"x" * 251 + b".mov",
    "ö".encode() * 125 + b"y.mov",
]


@pytest.mark.parametrize("mode", ["subdir", "dot", "inline"])
def test_names_of_any_bytes_are_recorded_and_verified(
    place: Path, capsys: pytest.CaptureFixture[str], mode: str
) -> None:
    root = place / "shows"
    for name in NAMES:
        media(root / os.fsdecode(name), repr(name))
    before = looks(root)
    assert run(["qc", "keys", "init", "alice"]) == exits.OK
    code, row = told(capsys, "crawl", root, "--sidecar-mode", mode)
    assert code == exits.OK
    assert sorted(happened(row).values()) == ["new"] * len(NAMES)
    found = list(kept(root))
    assert all(one.problem is None for one in found)
    assert len(found) == len(NAMES)
    code, row = told(capsys, "verify", root, "--every")
    assert (code, row["verdicts"]) == (exits.OK, {"valid": len(NAMES)})
    code, row = told(capsys, "crawl", root, "--sidecar-mode", mode)
    assert (code, row["crawls"][0]["written"]) == (exits.OK, 0)
    assert looks(root) == before
    assert run(["qc", "crawl", str(root)]) == exits.OK  # as text for a terminal
    assert "\x1b[31m" not in capsys.readouterr().out


def test_paths_as_long_as_a_system_takes_them_hinder_no_others(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = place / "shows"
    media(root / "a.mov")
    here = os.open(root, os.O_RDONLY)
    handles = [here]
    try:
        for _ in range(21):
            os.mkdir("d" * 200, dir_fd=handles[-1])
            handles.append(os.open("d" * 200, os.O_RDONLY, dir_fd=handles[-1]))
            made = os.open("b.mov", os.O_WRONLY | os.O_CREAT, dir_fd=handles[-1])
            os.close(made)
    finally:
        for handle in handles:
            os.close(handle)
    code, row = told(capsys, "crawl", root)
    assert code in (exits.NOT_WRITTEN, exits.UNAVAILABLE)
    assert row["crawls"][0]["problems"]
    assert "a.mov" in happened(row)
    assert len(recorded(root / ("d" * 200))) > 15


TIMES = [0, -1, -86_400_000_000_000, 4_102_444_800_000_000_000, LONG_AGO]


def test_times_that_no_clock_told_are_recorded_once(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = place / "shows"
    for number, time_ns in enumerate(TIMES):
        os.utime(media(root / f"take{number}a.mov"), ns=(time_ns, time_ns))
    assert told(capsys, "crawl", root)[1]["crawls"][0]["written"] == len(TIMES)
    assert told(capsys, "crawl", root)[1]["crawls"][0]["happened"]["unchanged"] == len(TIMES)
    cache = json.loads((root / CACHE).read_bytes())
    assert len(cache["files"]) == len(cache["assets"]) == len(TIMES)
    assert run(["qc", "verify", str(root), "--unsigned-ok"]) == exits.OK


def test_a_clock_that_went_back_breaks_no_chain(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    root = place / "shows"
    media(root / "a.mov")
    assert run(["qc", "keys", "init", "alice"]) == exits.OK
    assert run(["qc", "crawl", str(root)]) == exits.OK
    monkeypatch.setattr("rushes.core.clock.now", lambda: datetime(1999, 12, 31, tzinfo=UTC))
    assert run(["qc", "sign", str(root), "--result", "pass"]) == exits.OK
    (one,) = kept(root)
    assert one.sidecar is not None
    assert one.sidecar.record.qc_time.year == 1999
    code, row = told(capsys, "verify", root)
    assert (code, row["verdicts"]) == (exits.OK, {"valid": 1})


@pytest.mark.parametrize("mode", ["subdir", "dot", "inline"])
@pytest.mark.parametrize("kind", ["text", "folder", "pipe", "link", "dangling", "other tool's"])
def test_what_is_no_sidecar_is_left_as_it_is(
    place: Path, capsys: pytest.CaptureFixture[str], mode: str, kind: str
) -> None:
    root = place / "shows"
    media(root / "a.mov")
    media(root / "b.mov")
    there = root / {"subdir": ".qc/a.mov", "dot": ".a.mov", "inline": "a.mov"}[mode]
    there = there.with_name(f"{there.name}.qc.json")
    there.parent.mkdir(exist_ok=True)
    if kind == "folder":
        there.mkdir()
    elif kind == "pipe":
        os.mkfifo(there)
    elif kind in ("link", "dangling"):
        there.symlink_to(media(place / "else.json", "{}") if kind == "link" else "nowhere")
    else:
        there.write_text('{"qc": "ours, too"}' if kind != "text" else "no JSON at all\n")
    before = there.lstat()
    code, row = told(capsys, "crawl", root, "--sidecar-mode", mode)
    assert happened(row) == {"a.mov": "refused", "b.mov": "new"}
    assert code == exits.FOUND
    after = there.lstat()
    assert (before.st_ino, before.st_mtime_ns, before.st_size, before.st_mode) == (
        *(after.st_ino, after.st_mtime_ns, after.st_size, after.st_mode),
    )
    assert told(capsys, "sign", root, "--result", "pass", "--sidecar-mode", mode)[0] == exits.FOUND
    assert there.lstat().st_ino == before.st_ino
    code, row = told(capsys, "verify", root, "--unsigned-ok", "--every")
    assert code == exits.FOUND
    if (kind, mode) not in (("folder", "dot"), ("folder", "inline")):  # which may hold media
        assert row["verdicts"] == {"valid": 1, "invalid record": 1}


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_qc_that_is_no_folder_is_refused_and_not_followed(
    place: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    root, away = place / "shows", place / "away"
    media(root / "sh010" / "a.mov")
    media(root / "sh020" / "b.mov")
    away.mkdir()
    if kind == "link":
        (root / "sh010" / FOLDER).symlink_to(away)
    else:
        (root / "sh010" / FOLDER).write_text("mine")
    code, row = told(capsys, "crawl", root)
    (problem,) = row["crawls"][0]["problems"]
    assert problem["code"] == "write.failed"
    assert "is a link or a file" in problem["message"]
    assert code in (exits.NOT_WRITTEN, exits.UNAVAILABLE)
    assert recorded(root) == ["sh020/b.mov"]
    assert os.listdir(away) == []
    assert told(capsys, "crawl", root, "--sidecar-mode", "dot")[0] == exits.OK
    assert recorded(root) == ["sh010/a.mov", "sh020/b.mov"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_a_hash_cache_that_is_no_file_is_no_cache(
    place: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    root = place / "shows"
    media(root / "a.mov")
    if kind == "folder":
        (root / CACHE).mkdir()
    elif kind == "pipe":
        os.mkfifo(root / CACHE)
    else:
        (root / CACHE).symlink_to(media(place / "else", "{}"))
    code, row = told(capsys, "crawl", root)
    assert happened(row) == {"a.mov": "new"}
    assert row["crawls"][0]["written"] == 1
    assert code == (exits.NOT_WRITTEN if kind == "folder" else exits.OK)
    if kind == "link":
        assert (place / "else").read_text() == "{}"


def test_modes_that_change_between_runs_keep_the_chain(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = place / "shows"
    media(root / "a.mov")
    assert run(["qc", "keys", "init", "alice"]) == exits.OK
    modes = ["subdir", "dot", "inline", "subdir", "inline"]
    for number, mode in enumerate(modes):
        code, _ = told(
            capsys, "crawl", root, "--sidecar-mode", mode, "--policy-version", f"{number}"
        )
        assert code == exits.OK
        (one,) = kept(root)
        assert one.sidecar is not None
        assert len(one.sidecar.history) == number
    assert told(capsys, "verify", root)[1]["verdicts"] == {"valid": 1}


@pytest.mark.parametrize("then", ["subdir", "dot"])
def test_of_two_sidecars_that_a_kill_left_the_longer_story_goes_on(
    place: Path, capsys: pytest.CaptureFixture[str], then: str
) -> None:
    root = place / "shows"
    media(root / "a.mov")
    assert run(["qc", "keys", "init", "alice"]) == exits.OK
    assert run(["qc", "crawl", str(root)]) == exits.OK
    (old,) = kept(root)
    shutil.copytree(root / FOLDER, place / "before")
    assert run(["qc", "sign", str(root), "--result", "pass", "--sidecar-mode", "dot"]) == exits.OK
    shutil.copy(place / "before" / "a.mov.qc.json", old.place)
    (root / CACHE).unlink()
    assert told(capsys, "crawl", root, "--sidecar-mode", then)[0] == exits.OK
    (one,) = kept(root)
    assert one.sidecar is not None
    assert (one.sidecar.record.qc_result.value, len(one.sidecar.history)) == ("pass", 1)
    assert told(capsys, "verify", root)[1]["verdicts"] == {"valid": 1}


def test_messages_of_odd_sidecars_are_escaped(place: Path) -> None:
    odd = os.fsdecode(b"\xff\n.mov.qc.json")
    media(place / "shows" / FOLDER / odd, "x")
    found: list[Kept] = list(kept(place / "shows"))
    assert found[0].problem is not None
    assert escape(odd) in found[0].problem.message


LEGACY = {
    "qc_id": "019a73e9",
    "qc_time": "2025-11-11T15:12:43.123456+00:00",
    "operator": "alice",
    "policy_version": "2025.11.0",
    "content_hash": "blake3:c29b",
    "qc_result": "pass",
}


@pytest.mark.parametrize("name", ["sequence.qc.json", ".qc/sequence.qc.json", "qc.sequence.json"])
def test_a_record_of_the_earlier_tool_goes_once_it_is_in_the_history(
    place: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    root = place / "shows"
    for frame in (1001, 1002):
        media(root / f"plate.{frame}.exr")
    text = json.dumps(LEGACY, indent=2)
    media(root / name, text)
    assert run(["qc", "keys", "init", "alice"]) == exits.OK
    assert happened(told(capsys, "crawl", root)[1]) == {"plate.%04d.exr": "upgraded"}
    (one,) = kept(root)
    assert one.sidecar is not None
    assert [past.text for past in one.sidecar.history if isinstance(past, Legacy)] == [text]
    assert told(capsys, "verify", root)[1]["verdicts"] == {"valid": 1}


def test_a_record_of_the_earlier_tool_that_fits_nothing_stays(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = place / "shows"
    for head in ("plate", "matte"):
        media(root / f"{head}.1001.exr")
        media(root / f"{head}.1002.exr")
    media(root / "sequence.qc.json", json.dumps(LEGACY))
    assert sorted(happened(told(capsys, "crawl", root)[1]).values()) == ["new", "new"]
    assert (root / "sequence.qc.json").read_text() == json.dumps(LEGACY)
