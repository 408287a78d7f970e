"""Archives that are packed: what others read in them is what went in, and nothing else."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code, RushesError
from rushes.core.names import danger, folded
from rushes.ports.progress import Silent
from rushes.ports.storage_writing import Terms
from rushes.testing.packages import TIME_NS, Made, member, paper
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place
from rushes.transfer.ledger import opened
from rushes.transfer.package import zip_layout
from rushes.transfer.package.members import Layout, Member, Packed
from rushes.transfer.package.packing import pack
from rushes.transfer.package.reading import PackedFile, read_package
from rushes.transfer.package.zip_source import ZipSource

TERMS = Terms(("xxh128", "blake3"))
LATE = zip_layout.WHOLE + 1


def packed(folder: Path, members: Sequence[Member], name: str = "a.zip") -> Packed:
    place = Place(LocalStorage(), str(folder))
    return pack(members, target=place, path=name, layout=Layout.ZIP, terms=TERMS)


def files(folder: Path, name: str = "a.zip") -> dict[str, bytes]:
    with zipfile.ZipFile(folder / name) as archive:
        assert archive.testzip() is None
        return {one.filename: archive.read(one) for one in archive.infolist()}


def test_what_went_in_comes_out_with_its_digests_and_those_of_the_whole(tmp_path: Path) -> None:
    data = {"plates/a.1001.exr": os.urandom(LATE), "b": os.urandom(70_000), "empty": b""}
    made = packed(tmp_path, [member(path, one) for path, one in data.items()])
    assert files(tmp_path) == data
    whole = (tmp_path / "a.zip").read_bytes()
    assert made.digests == {one: digest_of(whole, one) for one in TERMS.algorithms}
    assert made.facts is not None
    assert made.size == made.sent == made.facts.size == len(whole)
    assert made.members == {
        path: {name: digest_of(one, name) for name in TERMS.algorithms}
        for path, one in data.items()
    }
    assert os.listdir(tmp_path) == ["a.zip"]


def test_an_archive_of_nothing_is_one(tmp_path: Path) -> None:
    packed(tmp_path, [])
    assert files(tmp_path) == {}
    assert list(read_package(Place(LocalStorage(), str(tmp_path)), "a.zip")) == []


def test_a_paper_holds_the_digests_of_all_before_it(tmp_path: Path) -> None:
    made = packed(tmp_path, [member("a", b"1"), member("b", b"2"), paper("list"), paper("again")])
    lines = [f"{digest_of(data, 'blake3')}  {name}\n" for name, data in (("a", b"1"), ("b", b"2"))]
    assert files(tmp_path)["list"] == "".join(lines).encode()
    assert made.members["list"]["blake3"] in files(tmp_path)["again"].decode()


def test_a_paper_that_came_out_longer_is_refused(tmp_path: Path) -> None:
    long = Member("p", 0, {}, TIME_NS, made=lambda found: found["a"]["blake3"].strip("0").encode())
    with pytest.raises(RushesError) as caught:
        packed(tmp_path, [member("a", b"1"), long])
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("size", [1, 100_000, LATE])
@pytest.mark.parametrize("how", ["other bytes", "longer", "shorter"])
def test_a_member_with_other_bytes_is_named_and_nothing_stays(
    tmp_path: Path, size: int, how: str
) -> None:
    data = os.urandom(size)
    other = {"other bytes": bytes([data[0] ^ 1]) + data[1:], "longer": data + b"1"}
    came = other.get(how, data[:-1])
    wrong = replace(member("sh010/b.exr", data), source=lambda: Made(came, len(came)))
    with pytest.raises(RushesError, match=r"sh010/b\.exr") as caught:
        packed(tmp_path, [member("a", b"1"), wrong, member("c", b"1")])
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("there", ["file", "folder", "as long"])
def test_what_lies_there_stays(tmp_path: Path, there: str) -> None:
    size = packed(tmp_path, [member("a", b"1")], "other.zip").size
    if there == "folder":
        (tmp_path / "a.zip").mkdir()
    else:
        (tmp_path / "a.zip").write_bytes(b"theirs" if there == "file" else bytes(size))
    with pytest.raises(RushesError) as caught:
        packed(tmp_path, [member("a", b"1")])
    assert caught.value.code is Code.WRITE_FAILED
    assert sorted(os.listdir(tmp_path)) == ["a.zip", "other.zip"]


def test_the_same_package_again_is_no_error_and_nothing_is_sent(tmp_path: Path) -> None:
    members = [member("a", os.urandom(100_000)), paper("list")]
    first = packed(tmp_path, members)
    assert packed(tmp_path, members) == first._replace(sent=0)


@pytest.mark.parametrize("path", ["", "../a", "/a", "a//b", "a/./b", "a\nb", "b\udcff"])
def test_names_that_nobody_can_have_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(RushesError) as caught:
        packed(tmp_path, [member(path, b"1")])
    assert caught.value.code is Code.USAGE


@pytest.mark.parametrize(
    "paths", [("a", "a"), ("A", "a"), ("a", "a/b"), ("caf\u00e9", "cafe\u0301")]
)
def test_two_members_that_are_one_somewhere_are_refused(
    tmp_path: Path, paths: tuple[str, ...]
) -> None:
    with pytest.raises(RushesError) as caught:
        packed(tmp_path, [member(path, b"1") for path in paths])
    assert caught.value.code is Code.USAGE


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, (1980, 1, 1, 0, 0, 0)),
        (1_700_000_001, (2023, 11, 14, 22, 13, 20)),
        (5_000_000_000, (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_times_are_those_of_the_files_as_far_as_zip_has_them(
    tmp_path: Path, seconds: int, said: tuple[int, ...]
) -> None:
    packed(tmp_path, [member("a", b"1", mtime_ns=seconds * 10**9 + 5)])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        (one,) = archive.infolist()
    assert one.date_time == said
    assert one.external_attr >> 16 == 0o100644
    (found,) = read_package(Place(LocalStorage(), str(tmp_path)), "a.zip")
    assert isinstance(found, PackedFile)
    clamped = datetime(*said, tzinfo=UTC).timestamp()  # type: ignore[misc]
    assert found.mtime_ns == (seconds if seconds < 2**31 else int(clamped)) * 10**9


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda name: not danger(name, windows=False)
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(NAMES, st.binary(max_size=300)), max_size=8, unique_by=lambda one: folded(one[0])
    )
)
def test_any_names_and_sizes_are_read_by_python(
    tmp_path_factory: pytest.TempPathFactory, these: list[tuple[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    members = [member(f"top/{path}", data) for path, data in these if "/" not in path]
    packed(folder, members)
    expected = {one.path: one.digests["blake3"] for one in members}
    # Python's zipfile takes a backslash for a slash on Windows alone, and ends a name at NUL.
    assert {path: digest_of(data, "blake3") for path, data in files(folder).items()} == expected
    found = read_package(Place(LocalStorage(), str(folder)), "a.zip")
    told = {one.path: one.digests["blake3"] for one in found if isinstance(one, PackedFile)}
    assert told == {path: digest for path, digest in expected.items() if "\\" not in path}


def test_seventy_thousand_members_are_counted_in_zip64(tmp_path: Path) -> None:
    count = 70_000
    digests = {"blake3": digest_of(b"1", "blake3")}
    members = [
        Member(f"f{at // 1000}/{at}", 1, digests, TIME_NS, partial(Made, b"1", 1, handle=0))
        for at in range(count)
    ]
    packed(tmp_path, members)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert len(archive.infolist()) == count
        assert archive.read("f69/69999") == b"1"
    found = list(read_package(Place(LocalStorage(), str(tmp_path)), "a.zip"))
    assert len(found) == count
    assert all(isinstance(one, PackedFile) for one in found)


class Holes(io.RawIOBase):
    """A file that remembers what is no zero, and where."""

    def __init__(self, source: ZipSource) -> None:
        self.size, self.at, self.held = 0, 0, {}  # type: ignore[var-annotated]
        zero = bytes(1024**2)
        for piece in source.pieces(0):
            if len(piece) != len(zero):
                self.held[self.size] = bytes(piece)
            self.size += len(piece)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (0, self.at, self.size)[whence]
        return self.at

    def read(self, count: int = -1) -> bytes:
        found = bytearray(min(count if count >= 0 else self.size, self.size - self.at))
        for start, data in self.held.items():
            first, last = max(start, self.at), min(start + len(data), self.at + len(found))
            if first < last:
                found[first - self.at : last - self.at] = data[first - start : last - start]
        self.at += len(found)
        return bytes(found)


def test_sizes_and_offsets_beyond_four_gigabytes_are_told_in_zip64() -> None:
    size = 4 * 1024**3 + 5 * 1024**2
    large = Member("large", size, {}, TIME_NS, partial(Made, bytes(1024**2), size))
    members = [member("a", b"1"), large, member("behind", b"2")]
    source = ZipSource(members, algorithms=("xxh128",), progress=Silent())
    file = Holes(source)
    assert file.size == source.facts.size
    with zipfile.ZipFile(file) as archive:
        found = {one.filename: one for one in archive.infolist()}
        assert {name: one.file_size for name, one in found.items()} == {
            "a": 1,
            "large": size,
            "behind": 1,
        }
        assert found["behind"].header_offset > size
        assert archive.read("behind") == b"2"
        assert archive.open("large").read(10) == bytes(10)


@pytest.mark.skipif(not shutil.which("unzip"), reason="there is no unzip")
def test_unzip_finds_nothing_wrong(tmp_path: Path) -> None:
    packed(tmp_path, [member("a/\u00e4.exr", os.urandom(10)), member("b", os.urandom(LATE))])
    done = subprocess.run(["unzip", "-t", tmp_path / "a.zip"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No errors" in done.stdout


@pytest.mark.skipif(not shutil.which("jar"), reason="there is no Java")
def test_java_finds_all_files(tmp_path: Path) -> None:
    packed(tmp_path, [member("a/b.exr", os.urandom(10)), member("c", os.urandom(LATE))])
    done = subprocess.run(["jar", "tf", tmp_path / "a.zip"], capture_output=True, text=True)
    assert done.stdout.split() == ["a/b.exr", "c"]


def test_small_members_can_be_read_without_the_directory(tmp_path: Path) -> None:
    data = {f"f.{at}.exr": os.urandom(100_000) for at in range(3)}
    packed(tmp_path, [member(path, one) for path, one in data.items()])
    whole, at = (tmp_path / "a.zip").read_bytes(), 0
    for path, one in data.items():
        said = zip_layout.HEADER.unpack_from(whole, at)
        mark, _, flags, method, *_, size, packed_size, first, second = said
        assert (mark, flags & zip_layout.LATE, method) == (zip_layout.LOCAL, 0, 0)
        assert size == packed_size == len(one)
        at += zip_layout.HEADER.size
        assert whole[at : at + first].decode() == path
        at += first + second
        assert whole[at : at + size] == one
        at += size


def test_a_ledger_holds_nothing_of_what_is_whole(tmp_path: Path) -> None:
    place = Place(LocalStorage(), str(tmp_path / "out"))
    with opened(tmp_path / "ledgers", "here", "there") as ledger:
        made = [member("a", b"1")]
        pack(made, target=place, path="x/a.zip", layout=Layout.ZIP, terms=TERMS, book=ledger)
        assert ledger.under_way() == {}
