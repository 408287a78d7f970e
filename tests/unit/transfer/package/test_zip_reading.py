"""Archives of others: files that are what they should be are read, all else is told."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.testing.packages import zipped
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place
from rushes.transfer.package import zip_directory
from rushes.transfer.package.reading import PackedFile, read_package

DATA = {"plates/a.exr": bytes(range(256)) * 2000, "b.txt": b"some text"}


def read(folder: Path, data: bytes) -> tuple[dict[str, str], list[Finding]]:
    """Digests of the files in an archive, and what is told of it."""
    (folder / "a.zip").write_bytes(data)
    found = list(read_package(Place(LocalStorage(), str(folder)), "a.zip"))
    files = {one.path: one.digests["blake3"] for one in found if isinstance(one, PackedFile)}
    assert os.listdir(folder) == ["a.zip"]
    return files, [one for one in found if isinstance(one, Finding)]


def told(folder: Path, data: bytes) -> list[tuple[str, str]]:
    """Rules and subjects of what is told, and that nothing of it is read as a file."""
    files, findings = read(folder, data)
    bad = {one.subject for one in findings if one.severity is Severity.ERROR}
    assert not bad & files.keys()
    return [(one.rule, one.subject) for one in findings]


def expected(data: dict[str, bytes]) -> dict[str, str]:
    return {path: digest_of(one, "blake3") for path, one in data.items()}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_of_python_are_read(tmp_path: Path, method: int) -> None:
    assert read(tmp_path, zipped(DATA, method=method)) == (expected(DATA), [])


class Unseekable(io.RawIOBase):
    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_that_were_streamed_are_read(tmp_path: Path, method: int, wide: bool) -> None:
    out = Unseekable()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, data in {**DATA, "empty": b""}.items():
            with archive.open(path, "w", force_zip64=wide) as file:
                file.write(data)
    assert read(tmp_path, bytes(out.data)) == (expected({**DATA, "empty": b""}), [])


def test_folders_and_a_comment_are_no_files(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("plates/", b"")
        archive.writestr("plates/a", b"1")
        archive.comment = b"from us"
    assert read(tmp_path, out.getvalue()) == (expected({"plates/a": b"1"}), [])


@pytest.mark.parametrize(
    "path", ["../out", "a/../../out", "/etc/passwd", "C:out", "c:\\out", "a\\..\\out", "a\x01b"]
)
def test_a_name_that_leads_out_is_told(tmp_path: Path, path: str) -> None:
    found = told(tmp_path, zipped({"x": b"1", path: b"2"}))
    assert [rule for rule, _ in found] == ["package.name"]
    assert read(tmp_path, zipped({"x": b"1", path: b"2"}))[0] == expected({"x": b"1"})


def test_a_name_that_is_there_twice_is_none_of_them(tmp_path: Path) -> None:
    data = zipped({"a": b"1", "x": b"2", "b": b"3"}).replace(b"x", b"a")
    assert told(tmp_path, data) == [("package.twice", "a"), ("package.twice", "a")]


def test_names_that_are_one_elsewhere_are_told_and_read(tmp_path: Path) -> None:
    files, findings = read(tmp_path, zipped({"Plate": b"1", "plate": b"2"}))
    assert len(files) == 2
    assert {(one.rule, one.severity) for one in findings} == {("package.twice", Severity.WARNING)}


def central(data: bytes, at: int, form: str, value: int, *, which: int = 0) -> bytes:
    """The same archive with another number in an entry of its directory."""
    start = -1
    for _ in range(which + 1):
        start = data.index(b"PK\x01\x02", start + 1)
    out = bytearray(data)
    struct.pack_into(f"<{form}", out, start + at, value)
    return bytes(out)


def local(data: bytes, at: int, form: str, value: int) -> bytes:
    out = bytearray(data)
    struct.pack_into(f"<{form}", out, at, value)
    return bytes(out)


TWO = zipped({"a": b"x" * 1000, "b": b"y" * 1000})


def two_ends() -> bytes:
    """An archive whose comment is the end of another."""
    inner = zipped({})
    return TWO[:-2] + struct.pack("<H", len(inner)) + inner


DAMAGES: dict[str, tuple[Callable[[], bytes], str]] = {
    "overlap": (lambda: central(TWO, 42, "L", 0, which=1), "package.overlap"),
    "into the directory": (lambda: central(TWO, 42, "L", 1100, which=1), "package.overlap"),
    "a larger size in the directory": (lambda: central(TWO, 24, "L", 1001), "package.sizes"),
    "another size in its header": (lambda: local(TWO, 22, "L", 999), "package.sizes"),
    "another CRC in its header": (lambda: local(TWO, 14, "L", 1), "package.sizes"),
    "another name in its header": (lambda: local(TWO, 30, "c", b"z"), "package.name"),  # type: ignore[arg-type]
    "another method in its header": (lambda: local(TWO, 8, "H", 8), "package.method"),
    "other bytes": (lambda: TWO.replace(b"xxxx", b"xxyx", 1), "package.damaged"),
    "encrypted": (lambda: central(TWO, 8, "H", 1), "package.encrypted"),
    "encrypted in its header": (lambda: local(TWO, 6, "H", 1), "package.encrypted"),
    "an unknown method": (lambda: central(TWO, 10, "H", 14), "package.method"),
    "a link": (
        lambda: central(central(TWO, 38, "L", 0o120777 << 16), 4, "H", 3 << 8),
        "package.odd",
    ),
    "bytes behind": (lambda: TWO + b"more", "package.trailing"),
    "bytes before": (lambda: b"more" + TWO, "package.damaged"),
    "cut off": (lambda: TWO[:-200], "package.truncated"),
    "no archive": (lambda: b"\x00" * 1000, "package.truncated"),
    "empty": (lambda: b"", "package.truncated"),
    "two ends": (two_ends, "package.damaged"),
    "a damaged directory": (lambda: central(TWO, 28, "H", 7), "package.damaged"),
    "more files than it tells of": (lambda: local(TWO, len(TWO) - 12, "H", 1), "package.damaged"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_what_cannot_be_trusted_is_told(tmp_path: Path, case: str) -> None:
    make, rule = DAMAGES[case]
    rules = {one for one, _ in told(tmp_path, make())}
    assert rule in rules <= {rule, "package.hidden"}


def test_bytes_between_files_are_told(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", b"1")
        out.write(b"hidden")
        archive.start_dir = out.tell()
        archive.writestr("b", b"2")
    files, findings = read(tmp_path, out.getvalue())
    assert files == expected({"a": b"1", "b": b"2"})
    assert [(one.rule, one.severity) for one in findings] == [("package.hidden", Severity.WARNING)]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zipped({"zeros": bytes(80 * 1024**2)}, method=zipfile.ZIP_DEFLATED)
    assert told(tmp_path, bomb) == [("package.bomb", "zeros")]


@pytest.mark.parametrize("said", [10, 40 * 1024**2])
def test_what_unpacks_to_more_or_less_than_is_said_is_told_with_little_memory(
    tmp_path: Path, said: int
) -> None:
    data = zipped({"zeros": bytes(20 * 1024**2)}, method=zipfile.ZIP_DEFLATED)
    data = local(central(data, 24, "L", said), 22, "L", said)
    (tmp_path / "a.zip").write_bytes(data)
    tracemalloc.start()
    found = told(tmp_path, data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [("package.sizes", "zeros")]
    assert most < 4 * 1024**2


def test_a_directory_of_too_many_files_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_directory, "_MOST_FILES", 1)
    assert told(tmp_path, TWO) == [("package.bomb", "a.zip")]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_no_damage_raises_or_is_taken_for_other_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    method = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    whole = bytearray(zipped({"a": b"some text " * 9, "b/c": b"1", "d": b""}, method=method))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    whole = whole[: data.draw(st.integers(len(whole) // 2, len(whole)))]
    known = set(expected({"a": b"some text " * 9, "b/c": b"1", "d": b""}).values())
    files, _ = read(tmp_path_factory.mktemp("damaged"), bytes(whole))
    assert set(files.values()) <= known


def test_a_folder_is_read_by_names_and_links_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    for path, data in DATA.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "link").symlink_to("/etc/passwd")
    found = list(read_package(Place(LocalStorage(), str(tmp_path)), "package"))
    files = {one.path: one.digests["blake3"] for one in found if isinstance(one, PackedFile)}
    assert list(files) == sorted(DATA)
    assert files == expected(DATA)
    assert [(one.rule, one.subject) for one in found if isinstance(one, Finding)] == [
        ("package.odd", "link")
    ]


def test_nothing_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as caught:
        list(read_package(Place(LocalStorage(), str(tmp_path)), "nowhere"))
    assert caught.value.code is Code.PATH_NOT_FOUND
