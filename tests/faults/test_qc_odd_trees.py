"""A crawl of what may not be read or written, of odd names and links, of what changes."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.cli import exits
from rushes.cli.expected import expected
from rushes.cli.main import run
from rushes.cli.qc.walking import media_folders
from rushes.core.errors import Code
from rushes.core.escape import escape
from rushes.core.settings import load
from rushes.model.signoff import Legacy
from rushes.ports.progress import Silent
from rushes.qc import crawl as crawling
from rushes.qc import writing
from rushes.qc.kept import Kept, kept
from rushes.qc.order import Order
from rushes.qc.places import CACHE, FOLDER, is_artefact
from rushes.scan.roots import Root
from rushes.testing.forked import Ended, Forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX file systems only")

LONG_AGO = 1_700_000_000_123_456_789
NOBODY = 65534


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody can reach, as those of pytest are not."""
    with TemporaryDirectory(prefix="rushes-") as made:
        Path(made).chmod(0o755)
        (Path(made) / "home").mkdir()
        (Path(made) / "home").chmod(0o777)
        (Path(made) / "shows").mkdir()
        yield Path(made)


@pytest.fixture
def as_nobody(forks: Forks, place: Path) -> Callable[..., Ended]:
    """Run a command as a user whom permissions bind."""
    env = {"HOME": str(place / "home"), "RUSHES_DATA_DIR": str(place / "home" / "data")}

    def ended(*args: Any) -> Ended:
        return forks("qc", *args, user=NOBODY, env=env)

    return ended


def media(path: Path, text: str = "media") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    return path


def theirs(*folders: Path) -> None:
    for folder in folders:
        os.chown(folder, NOBODY, NOBODY) if os.geteuid() == 0 else None


def looks(root: Path) -> dict[str, tuple[int, int, int, int]]:
    found = {}
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            about = os.lstat(os.path.join(folder, name))
            if name != FOLDER and not is_artefact(name) and not os.path.isdir(f"{folder}/{name}"):
                found[os.path.join(folder, name)] = (
                    *(about.st_size, about.st_mtime_ns, about.st_ino, about.st_mode),
                )
    return found


def told(capsys: pytest.CaptureFixture[str], *args: Any) -> tuple[int, Any]:
    capsys.readouterr()
    code = run([os.fspath(arg) for arg in ("qc", *args, "--json")])
    return code, json.loads(capsys.readouterr().out)


def happened(row: Any) -> dict[str, str]:
    return {one["asset"]: one["happened"] for one in row["crawls"][0]["outcomes"]}


def recorded(root: Path) -> list[str]:
    return sorted(one.subject for one in kept(root) if one.sidecar is not None)


def test_a_folder_that_may_not_be_written_is_told_and_the_rest_is_recorded(
    as_nobody: Callable[..., Ended], place: Path
) -> None:
    root = place / "shows"
    media(root / "closed" / "a.mov")
    media(root / "open" / "b.mov")
    theirs(root / "open")
    (root / "closed").chmod(0o555)
    ended = as_nobody("crawl", root)
    assert "Nothing can be written into" in ended.err
    assert "closed" in ended.err
    assert "--sidecar-root" in ended.err
    assert recorded(root) == ["open/b.mov"]
    assert os.listdir(root / "closed") == ["a.mov"]
    assert ended.code in (exits.NOT_WRITTEN, exits.UNAVAILABLE)


def test_what_was_read_and_not_written_ends_as_not_written(
    as_nobody: Callable[..., Ended], place: Path
) -> None:
    root = place / "shows"
    media(root / "a.mov")
    root.chmod(0o555)
    assert as_nobody("crawl", root).code == exits.NOT_WRITTEN


def test_records_kept_elsewhere_leave_read_only_media_as_it_was(
    as_nobody: Callable[..., Ended], place: Path
) -> None:
    root, records = place / "shows", place / "records"
    media(root / "sh010" / "a.mov")
    media(root / "sh020" / "b.mov")
    records.mkdir()
    theirs(records)
    for folder in (root, root / "sh010", root / "sh020"):
        folder.chmod(0o555)
    before = {path: path.lstat() for path in root.rglob("*")}
    assert as_nobody("keys", "init", "nobody").code == exits.OK
    assert as_nobody("crawl", root, "--sidecar-root", records).code == exits.OK
    again = as_nobody("crawl", root, "--sidecar-root", records)
    assert "Nothing was written" in again.out
    ended = as_nobody("verify", root, "--sidecar-root", records, "--every")
    assert (ended.code, ended.err) == (exits.OK, "")
    assert "2 records: 2 valid" in ended.out
    after = {path: path.lstat() for path in root.rglob("*")}
    assert [(path, one.st_mtime_ns, one.st_ino) for path, one in before.items()] == [
        (path, one.st_mtime_ns, one.st_ino) for path, one in after.items()
    ]


def test_what_cannot_be_read_is_told_and_the_rest_is_recorded(
    as_nobody: Callable[..., Ended], place: Path
) -> None:
    root = place / "shows"
    theirs(media(root / "sh010" / "a.mov").parent)
    media(root / "sh010" / "locked.mov").chmod(0)
    media(root / "sh020" / "c.mov").parent.chmod(0)
    media(root / "sh030" / "plate.1001.exr")
    media(root / "sh030" / "plate.1002.exr").chmod(0)
    theirs(root / "sh030")
    try:
        ended = as_nobody("crawl", root)
    finally:
        (root / "sh020").chmod(0o755)
    assert ended.code == exits.UNAVAILABLE
    assert "sh020" in ended.err
    assert "locked.mov" in ended.out
    assert recorded(root) == ["sh010/a.mov"]


def test_of_a_folder_that_is_only_partly_seen_nothing_is_recorded_as_removed(place: Path) -> None:
    root = place / "shows"
    for frame in (1001, 1002, 1003):
        media(root / "sh010" / f"plate.{frame}.exr")
    assert run(["qc", "crawl", str(root), "--result", "pass"]) == exits.OK
    before = next(kept(root)).data
    (root / "sh010" / "plate.1002.exr").rename(place / "away")
    executor, asked = InlineExecutor(), Root(str(root))
    walked = media_folders(asked, load(), executor=executor, progress=Silent())
    # What a walk tells where some entries could not be asked for their size.
    folders = [replace(one, unread=bool(one.sequences)) for one in walked]
    order = Order(operator="alice")
    work = crawling.Crawl(
        asked, order, expect=expected(None, load(), no_db=True), executor=executor
    )
    problems = [one.problem for one in work.run(folders)]
    assert [one.code for one in problems if one is not None] == [Code.PATH_UNREADABLE]
    assert next(kept(root)).data == before


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


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], name: str) -> None:
    """Have something happen once, right before the crawl calls that function of its module."""
    real = getattr(crawling, name)
    left = [act]

    def first(*args: Any, **given: Any) -> Any:
        if left:
            left.pop()()
        return real(*args, **given)

    monkeypatch.setattr(crawling, name, first)


@pytest.mark.parametrize("moment", ["open_desk", "record_folder"])
def test_a_folder_that_vanishes_meanwhile_is_told_and_does_not_come_back(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    root = place / "shows"
    media(root / "sh010" / "a.mov")
    media(root / "sh020" / "b.mov")
    meanwhile(monkeypatch, lambda: (root / "sh010").rename(place / "away"), moment)
    code, row = told(capsys, "crawl", root)
    assert code in (exits.UNAVAILABLE, exits.NOT_WRITTEN)
    assert happened(row)["sh010/a.mov"] in ("unread", "unwritten")
    assert recorded(root) == ["sh020/b.mov"]
    assert not (root / "sh010").exists()
    assert os.listdir(place / "away") == ["a.mov"]


def test_a_folder_moved_while_its_records_are_written_does_not_come_back(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = place / "shows"
    media(root / "sh010" / "a.mov")
    real = writing.write_all

    def moved(*args: Any) -> Any:
        (root / "sh010").rename(place / "away")
        return real(*args)

    monkeypatch.setattr("rushes.qc.recording.write_all", moved)
    code, _ = told(capsys, "crawl", root)
    assert code in (exits.UNAVAILABLE, exits.NOT_WRITTEN)
    assert not (root / "sh010").exists()


def test_a_file_that_changes_while_it_is_read_is_not_recorded(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.transfer import hashing_files

    root = place / "shows"
    growing = media(root / "a.mov")
    media(root / "b.mov")
    real = hashing_files._fill

    def grows(*args: Any) -> int:
        with open(growing, "a") as file:
            file.write("more")
        return int(real(*args))

    monkeypatch.setattr(hashing_files, "_fill", grows)
    code, row = told(capsys, "crawl", root)
    assert code == exits.UNAVAILABLE
    assert happened(row) == {"a.mov": "unread", "b.mov": "new"}
    assert recorded(root) == ["b.mov"]


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


WAYS: dict[str, list[tuple[Any, ...]]] = {
    "crawled": [("crawl",)],
    "crawled again": [("crawl",), ("crawl", "--deep"), ("crawl", "--policy-version", "2")],
    "in other modes": [("crawl", "--sidecar-mode", "dot"), ("sign", "--result", "fail")],
    "signed": [("sign", "--result", "pass", "--note", "fine", "--sidecar-mode", "inline")],
    "verified": [("crawl",), ("verify",), ("verify", "--quick"), ("checkpoint",)],
    "pointed from": [("crawl", "--xattr")],
}


@pytest.mark.parametrize("way", WAYS)
def test_media_is_never_touched(place: Path, forks: Forks, way: str) -> None:
    root = place / "shows"
    for name in ("a.mov", "sh010/b.mov", "sh010/plate.1001.exr", "sh010/plate.1002.exr"):
        media(root / name, name).chmod(0o444)
    before = looks(root)
    assert forks("qc", "keys", "init", "alice").code == exits.OK
    for command, *options in WAYS[way]:
        ended = forks("qc", command, root, *options)
        assert ended.code == exits.OK, ended
    assert looks(root) == before
    assert all((root / path).read_text() == os.path.relpath(path, root) for path in before)


def test_a_dry_run_writes_nothing_at_all(place: Path, forks: Forks) -> None:
    root = place / "shows"
    media(root / "sh010" / "a.mov")
    stamp = (root / "sh010").stat().st_mtime_ns
    for command in (("crawl",), ("sign", "--result", "pass"), ("crawl", "--deep")):
        ended = forks("qc", command[0], root, *command[1:], "--dry-run", opened_below=root)
        assert ended.code == exits.OK
        assert "a.mov" in ended.out
        assert "a.mov" not in ended.err
    assert os.listdir(root / "sh010") == ["a.mov"]
    assert (root / "sh010").stat().st_mtime_ns == stamp


def test_what_was_hashed_before_a_kill_is_not_hashed_again(
    place: Path, forks: Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = place / "shows"
    for name in "abc":
        media(root / f"{name}.mov", name)
    monkeypatch.setattr("rushes.qc.bench._KEEP_AFTER_S", -1.0)
    with monkeypatch.context() as killed:
        killed.setattr(crawling, "record_folder", _killed)
        assert run(["qc", "crawl", str(root)]) == exits.INTERRUPTED
    assert recorded(root) == []
    ended = forks("qc", "crawl", root, opened_below=root)
    assert ended.code == exits.OK
    assert recorded(root) == ["a.mov", "b.mov", "c.mov"]
    opened = [line for line in ended.err.splitlines() if line.endswith(".mov'")]
    assert opened == ["opened 'c.mov'"]
    assert sorted(json.loads((root / CACHE).read_bytes())["files"]) == ["a.mov", "b.mov", "c.mov"]
    assert json.loads((root / CACHE).read_bytes())["fresh"] == {}


def _killed(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


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
