"""What hashing tells of files, good and bad, and how the work is shared out."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import xxhash
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.executor.processes import ProcessExecutor
from rushes.core.errors import Code, RushesError
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.transfer import hashing, hashing_files
from rushes.transfer.hashing import Hashed, Job, Known, Trouble, hashes
from rushes.transfer.hashing_algorithms import ALGORITHMS, c4_digest, c4_text, digest_of

ABC = {
    "blake3": "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
    "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "xxh3_128": "06b05ab6733a618578af5f94892f3950",
    "xxh128": "06b05ab6733a618578af5f94892f3950",
    "xxh3": "78af5f94892f3950",
    "xxh64": "44bc2cf5ad770999",
    "md5": "900150983cd24fb0d6963f7d28e17f72",
    "sha1": "a9993e364706816aba3e25717850c26c9cd0d89d",
}
NOTHING_C4 = (
    "c459dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBXmRQdZrAkZzsWcbWtDg5oQstpDuni4Hirj75GEmTc1sFT"
)


@pytest.fixture(params=["inline", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    made: Executor = InlineExecutor() if request.param == "inline" else ProcessExecutor(2)
    yield made
    made.close()


def hashed(
    folder: Path,
    names: Sequence[str],
    *,
    algorithms: Sequence[str] = ("blake3",),
    known: Mapping[str, Known] | None = None,
    deep: bool = False,
) -> list[Hashed]:
    job = Job("job", str(folder), names, known or {})
    ((key, rows),) = hashes([job], InlineExecutor(), algorithms=algorithms, deep=deep)
    assert key == "job"
    return rows


def as_known(row: Hashed) -> dict[str, Known]:
    return {row.name: Known(row.size, row.mtime_ns, row.inode, row.digests)}


@pytest.mark.parametrize("algorithm", sorted(ABC))
def test_a_published_digest_comes_out(tmp_path: Path, algorithm: str) -> None:
    (tmp_path / "a.exr").write_bytes(b"abc")
    (row,) = hashed(tmp_path, ["a.exr"], algorithms=[algorithm])
    assert (row.digests, row.size, row.read, row.trouble) == ((ABC[algorithm],), 3, True, "")


def test_the_c4_id_of_nothing_is_the_published_one(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(b"")
    (row,) = hashed(tmp_path, ["a.exr"], algorithms=["c4"])
    assert row.digests == (NOTHING_C4,)


@given(st.binary(min_size=64, max_size=64))
def test_a_c4_id_holds_the_whole_digest(digest: bytes) -> None:
    text = c4_text(digest)
    assert len(text) == 90
    assert c4_digest(text) == digest


@pytest.mark.parametrize("text", ["", "c4", "x" * 90, "c4" + "0" * 88, "c4" + "z" * 88])
def test_what_is_no_c4_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"c4|substring|C4"):
        c4_digest(text)


def test_several_digests_come_from_one_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(2_500_000)
    (tmp_path / "a.exr").write_bytes(data)
    reads: list[int] = []
    fill = hashing_files._fill

    def counted(handle: int, buffers: Sequence[memoryview]) -> int:
        reads.append(fill(handle, buffers))
        return reads[-1]

    monkeypatch.setattr(hashing_files, "_fill", counted)
    (row,) = hashed(tmp_path, ["a.exr"], algorithms=["md5", "blake3", "xxh64", "sha1", "c4"])
    assert row.digests == (
        hashlib.md5(data).hexdigest(),
        blake3(data).hexdigest(),
        xxhash.xxh64(data).hexdigest(),
        hashlib.sha1(data).hexdigest(),
        c4_text(hashlib.sha512(data).digest()),
    )
    assert sum(reads) == len(data)


@given(st.binary(max_size=300), st.sampled_from(ALGORITHMS))
def test_bytes_in_memory_have_the_digest_of_the_file(data: bytes, algorithm: str) -> None:
    name = {"xxh128": "xxh3_128", "xxh3": "xxh3_64"}.get(algorithm, algorithm)
    made: Any = {"blake3": blake3}.get(name) or getattr(xxhash, name, None)
    if algorithm == "c4":
        assert c4_digest(digest_of(data, "c4")) == hashlib.sha512(data).digest()
    else:
        made = made or getattr(hashlib, name)
        assert digest_of(data, algorithm) == made(data).hexdigest()


def test_reading_copies_where_the_system_cannot_read_into_a_buffer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(1_200_000)
    (tmp_path / "a.exr").write_bytes(data)
    monkeypatch.setattr(hashing_files, "_fill", hashing_files._fill_by_copy)
    monkeypatch.setattr(hashing_files, "_BY_FOLDER", False)
    (row,) = hashed(tmp_path, ["a.exr"])
    assert (row.name, row.digests) == ("a.exr", (blake3(data).hexdigest(),))


def test_a_known_file_is_not_read_again_unless_asked_deep(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(b"abc")
    (first,) = hashed(tmp_path, ["a.exr"])
    told = as_known(first._replace(digests=("told",)))
    (second,) = hashed(tmp_path, ["a.exr"], known=told)
    assert second == first._replace(digests=("told",), read=False)
    assert hashed(tmp_path, ["a.exr"], known=told, deep=True) == [first]


@pytest.mark.parametrize("field", ["size", "mtime_ns", "inode"])
def test_a_known_file_that_looks_otherwise_is_read(tmp_path: Path, field: str) -> None:
    (tmp_path / "a.exr").write_bytes(b"abc")
    (first,) = hashed(tmp_path, ["a.exr"])
    known = as_known(first._replace(digests=("old",)))["a.exr"]
    other = known._replace(**{field: getattr(known, field) + 1})
    assert hashed(tmp_path, ["a.exr"], known={"a.exr": other}) == [first]


def test_links_to_files_are_followed_as_scans_do(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(b"abc")
    (tmp_path / "b.exr").symlink_to("a.exr")
    (row,) = hashed(tmp_path, ["b.exr"])
    assert row.digests == (ABC["blake3"],)
    assert row.inode == (tmp_path / "a.exr").stat().st_ino


def test_pipes_sockets_and_folders_are_told_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / "socket"))
        rows = hashed(tmp_path, ["pipe", "folder", "link", "socket"])
    assert {row.trouble for row in rows} == {Trouble.NOT_A_FILE}
    assert [row.said for row in rows] == [
        "it is a device, a pipe or a socket",
        "it is a folder",
        "it is a device, a pipe or a socket",
        "it is a device, a pipe or a socket",
    ]
    assert all(row.digests == () for row in rows)


def test_one_bad_file_stops_no_other(tmp_path: Path, executor: Executor) -> None:
    for name in ("a.exr", "c.exr"):
        (tmp_path / name).write_bytes(b"abc")
    (tmp_path / "loop").symlink_to("loop")
    names = ["a.exr", "gone.exr", "nul\0.exr", "loop", "c.exr"]
    ((_, rows),) = hashes([Job(0, str(tmp_path), names)], executor, algorithms=["md5"])
    troubles = [row.trouble for row in rows]
    assert troubles == ["", Trouble.GONE, Trouble.UNREADABLE, Trouble.UNREADABLE, ""]
    assert [row.name for row in rows] == names
    assert "null" in rows[2].said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(b"abc")
    (tmp_path / "a.exr").chmod(0)
    (row,) = hashed(tmp_path, ["a.exr"])
    assert (row.trouble, row.said) == ("unreadable", "it cannot be read: Permission denied")


def test_a_refused_file_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.exr").write_bytes(b"abc")

    def refuse(handle: int, buffers: Sequence[memoryview]) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(hashing_files, "_fill", refuse)
    (row,) = hashed(tmp_path, ["a.exr"])
    assert (row.trouble, row.said) == ("unreadable", "it cannot be read: Input/output error")


def test_files_of_a_folder_that_is_gone_are_gone(tmp_path: Path) -> None:
    rows = hashed(tmp_path / "none", ["a.exr", "b.exr"])
    assert [row.trouble for row in rows] == ["gone", "gone"]


def test_names_of_any_bytes_are_hashed(tmp_path: Path, executor: Executor) -> None:
    name = os.fsdecode(b"pl\xe4te\n\xff.1001.exr")
    folder = tmp_path / os.fsdecode(b"\xe9")
    folder.mkdir()
    (folder / name).write_bytes(b"abc")
    ((_, (row,)),) = hashes([Job(0, str(folder), [name])], executor, algorithms=["sha1"])
    assert (row.name, row.digests) == (name, (ABC["sha1"],))


@pytest.mark.parametrize("how", ["grown", "cut", "rewritten", "replaced"])
def test_a_file_that_changes_while_it_is_read_has_no_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    path = tmp_path / "a.exr"
    path.write_bytes(b"x" * 3_000_000)
    fill = hashing_files._fill

    def meddled(handle: int, buffers: Sequence[memoryview]) -> int:
        count = fill(handle, buffers)
        _meddle(path, how)
        return count

    monkeypatch.setattr(hashing_files, "_fill", meddled)
    (row,) = hashed(tmp_path, ["a.exr"])
    assert (row.trouble, row.digests) == ("changed", ())
    assert row.said == "it changed while it was read"


def _meddle(path: Path, how: str) -> None:
    if how == "grown":
        with path.open("ab") as out:
            out.write(b"x")
    elif how == "cut":
        os.truncate(path, 10)
    elif how == "rewritten":
        with path.open("r+b") as out:
            out.write(b"y")
        at = path.stat().st_mtime_ns + 1_000_000_000
        os.utime(path, ns=(at, at))
    else:
        part = path.with_name("part")
        part.write_bytes(b"z" * 3_000_000)
        part.replace(path)


def test_a_file_that_was_just_finished_is_read_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.exr"
    path.write_bytes(b"half")
    fill = hashing_files._fill
    writer = iter([b"the whole frame"])

    def meddled(handle: int, buffers: Sequence[memoryview]) -> int:
        for data in writer:
            path.write_bytes(data)
        return fill(handle, buffers)

    monkeypatch.setattr(hashing_files, "_fill", meddled)
    (row,) = hashed(tmp_path, ["a.exr"])
    assert row.digests == (blake3(b"the whole frame").hexdigest(),)


def test_an_unknown_algorithm_is_refused_before_anything_is_read() -> None:
    for wrong in (["crc32"], []):
        with pytest.raises(RushesError) as caught:
            hashes([], InlineExecutor(), algorithms=wrong)
        assert caught.value.code is Code.USAGE


class Recorder(InlineExecutor):
    """Takes messages of a small cost, and notes how many files each holds."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[bytes] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.messages.append(args[0])
        return super().submit(fn, *args, **kwargs)


@given(
    jobs=st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=8),
    least=st.integers(1, 400_000),
)
def test_however_the_work_is_cut_every_job_gets_its_own_files(
    tmp_path_factory: pytest.TempPathFactory, jobs: list[list[str]], least: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "cut"
    folder.mkdir(exist_ok=True)
    for name in "abcdef":
        (folder / name).write_bytes(name.encode())
    asked = [Job(at, str(folder), names) for at, names in enumerate(jobs)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_LEAST", least)
        answers = dict(hashes(asked, InlineExecutor(), algorithms=["md5"]))
    expected = [[(n, hashlib.md5(n.encode()).hexdigest()) for n in names] for names in jobs]
    got = [[(row.name, row.digests[0]) for row in answers[at]] for at in range(len(jobs))]
    assert got == expected


def test_small_jobs_of_a_folder_travel_together(tmp_path: Path) -> None:
    names = [f"plate.{frame}.exr" for frame in range(1001, 1101)]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    recorder = Recorder()
    jobs = [Job(name, str(tmp_path), [name], sizes=[1]) for name in names]
    assert len(list(hashes(jobs, recorder, algorithms=["md5"]))) == 100
    assert len(recorder.messages) == 1


def test_a_large_job_is_shared_out(tmp_path: Path) -> None:
    names = [f"plate.{frame}.exr" for frame in range(1001, 1101)]
    recorder = Recorder()
    job = Job(0, str(tmp_path), names, sizes=[8_000_000] * 100)
    ((_, rows),) = hashes([job], recorder, algorithms=["md5"])
    assert [row.name for row in rows] == names
    assert len(recorder.messages) > 10


def test_jobs_are_read_only_as_far_ahead_as_workers_need(tmp_path: Path) -> None:
    taken: list[int] = []

    def jobs() -> Iterator[Job[int]]:
        for at in range(1000):
            taken.append(at)
            yield Job(at, str(tmp_path), ["a.exr"], sizes=[100_000_000])

    results = hashes(jobs(), InlineExecutor(), algorithms=["md5"])
    next(results)
    assert len(taken) < 10
    results.close()  # type: ignore[attr-defined]


class Watching(Silent):
    def __init__(self, until: int) -> None:
        self.until = until
        self.told: list[tuple[int, int | None]] = []

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        self.told.append((done, total))

    def cancelled(self) -> bool:
        return len(self.told) >= self.until


def test_cancelling_ends_it_at_the_next_batch(tmp_path: Path) -> None:
    jobs = [Job(at, str(tmp_path), ["a"], sizes=[100_000_000]) for at in range(100)]
    watching = Watching(until=3)
    results = hashes(jobs, InlineExecutor(), algorithms=["md5"], progress=watching, total=100)
    with pytest.raises(RushesError) as caught:
        list(results)
    assert caught.value.code is Code.CANCELLED
    assert watching.told == [(1, 100), (2, 100), (3, 100)]
