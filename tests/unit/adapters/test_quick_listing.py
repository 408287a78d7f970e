"""The lines of C list what Python lists, and are done without where they were not built."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from rushes.adapters import quick_listing
from rushes.adapters.local_listing import listed
from rushes.ports.storage import KnownFolder, Listing, Sums
from rushes.testing.listings import list_by

Found = tuple[dict[str, tuple[int, int, int]], list[str], list[str], list[str]]

pytestmark = pytest.mark.skipif(
    quick_listing.library() is None, reason="quick_listing.c was not built here"
)


def found(listing: Listing) -> Found:
    """A listing without its order."""
    columns = zip(listing.sizes, listing.mtimes, listing.blocks, strict=True)
    files = dict(zip(listing.names, columns, strict=True))
    assert len(files) == len(listing.names)
    rest = (listing.folders, listing.special, listing.unreadable)
    return files, *(sorted(one) for one in rest)


def both(folder: Path) -> Found:
    """What both ways find in `folder`, which is the same."""
    quick = found(listed(str(folder), None))
    with pytest.MonkeyPatch.context() as patch:
        list_by("python", patch)
        assert found(listed(str(folder), None)) == quick
    return quick


def test_files_folders_and_all_else_are_told_apart_alike(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"x" * 5_000)
    (tmp_path / "empty").touch()
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(2**40)
    os.mkfifo(tmp_path / "pipe")
    for name, target in {
        "to-file": "file",
        "to-folder": "folder",
        "to-nothing": "gone",
        "to-itself": "to-itself",
        "to-pipe": "pipe",
    }.items():
        (tmp_path / name).symlink_to(target)
    files, folders, special, unreadable = both(tmp_path)
    about = (tmp_path / "file").stat()
    assert files["file"] == (5_000, about.st_mtime_ns, about.st_blocks) == files["to-file"]
    assert (files["empty"][0], files["sparse"][0]) == (0, 2**40)
    assert folders == ["folder"]
    assert special == ["pipe", "to-folder", "to-itself", "to-nothing", "to-pipe"]
    assert unreadable == []


def test_names_of_any_bytes_come_alike(tmp_path: Path) -> None:
    names = [b"-rf", b"new\nline", "🎬".encode(), b"caf\xe9", b" ", b"a\\b", b"x" * 255, b"..a"]
    for name in names:
        os.close(os.open(os.path.join(os.fsencode(tmp_path), name), os.O_CREAT | os.O_WRONLY))
    assert {os.fsencode(name) for name in both(tmp_path)[0]} == set(names)


@pytest.mark.parametrize("seconds", [-1, -(2**31), 2**33, 9_223_372_036, 0])
def test_times_of_any_year_come_alike(tmp_path: Path, seconds: int) -> None:
    file = tmp_path / "file"
    file.touch()
    # Not all file systems hold all years: what is asked for is what this one kept.
    os.utime(file, ns=(0, seconds * 10**9 + 7))
    assert both(tmp_path)[0]["file"][1] == file.stat().st_mtime_ns


def test_a_folder_of_many_blocks_of_entries_is_whole(tmp_path: Path) -> None:
    home = os.open(tmp_path, os.O_RDONLY)
    for frame in range(7_000):
        name = f"a_rather_long_name_for_a_frame.{frame:05d}.exr"
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=home))
        if not frame % 100:
            os.mkdir(f"folder{frame}", dir_fd=home)
    os.close(home)
    files, folders, special, _ = both(tmp_path)
    assert (len(files), len(folders), special) == (7_000, 70, [])


def test_threads_that_list_at_once_do_not_mix_their_results(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / name).mkdir()
        for frame in range(300):
            (tmp_path / name / f"{name}.{frame}.exr").touch()
    wrong: list[str] = []

    def look(name: str) -> None:
        for _ in range(50):
            listing = listed(str(tmp_path / name), None)
            if {one[0] for one in listing.names} != {name} or len(listing.names) != 300:
                wrong.append(name)

    threads = [Thread(target=look, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_added_up_on_the_way_is_what_the_columns_come_to(tmp_path: Path) -> None:
    for frame in range(5_000):
        name = tmp_path / f"plate.{frame:04d}.exr"
        name.write_bytes(b"x" * (frame % 7))
        os.utime(name, ns=(0, (frame - 2_500) * 123_456_789_012))
    for _ in range(2):  # nothing stays of one folder for the next
        listing = listed(str(tmp_path), None)
        assert listing.sums == Sums.of(listing.sizes, listing.mtimes, listing.blocks)


def test_nothing_is_added_up_where_a_file_was_asked_in_another_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert listed(str(tmp_path), None).sums is not None
    (tmp_path / "link").symlink_to("file")
    assert listed(str(tmp_path), None).sums is None
    (tmp_path / "empty").mkdir()
    assert listed(str(tmp_path / "empty"), None).sums is None


def test_a_folder_that_fails_while_it_is_read_raises_what_the_system_says(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    handle = os.open(file, os.O_RDONLY)
    try:
        with pytest.raises(NotADirectoryError):
            quick_listing.read(handle, Listing((0, 0, 0)), other=_unexpected, beat=None)
    finally:
        os.close(handle)


def known(folder: Path, *files: str) -> KnownFolder:
    """The folder and some files in it as Python finds them now."""
    found = os.stat(folder)
    stamp = (found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
    facts = [os.stat(folder / file) for file in files]
    sizes, mtimes = [one.st_size for one in facts], [one.st_mtime_ns for one in facts]
    return str(folder), stamp, (files, tuple(sizes), tuple(mtimes))


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Three folders of two files each."""
    folders = [tmp_path / name for name in ("a", "caf\udce9", "new\nline")]
    for folder in folders:
        folder.mkdir()
        for name in ("plate.1001.exr", "f\udcff"):
            (folder / name).write_bytes(b"12345")
    return folders


def as_found(folders: list[Path]) -> list[KnownFolder]:
    return [known(one, "plate.1001.exr", "f\udcff") for one in folders]


def test_folders_that_are_as_they_were_are_told_at_once(three: list[Path]) -> None:
    (three[0] / "to-file").symlink_to("plate.1001.exr")
    linked = known(three[0], "to-file", "plate.1001.exr")
    assert quick_listing.unchanged([linked, *as_found(three)[1:], known(three[2])]) == 4
    assert quick_listing.unchanged([]) == 0


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("at", ["size", "mtime", "gone", "stamp", "inode", "name"])
def test_those_before_one_that_changed_are_told(three: list[Path], which: int, at: str) -> None:
    folders = as_found(three)
    path, (inode, changed, created), probes = folders[which]
    names, sizes, mtimes = probes
    folders[which] = {
        "size": (path, (inode, changed, created), (names, (sizes[0], 6), mtimes)),
        "mtime": (path, (inode, changed, created), (names, sizes, (mtimes[0], mtimes[1] + 1))),
        "gone": (f"{path}x", (inode, changed, created), probes),
        "stamp": (path, (inode, changed, created - 1), probes),
        "inode": (path, (inode + 1, changed, created), probes),
        "name": (path, (inode, changed, created), (("plate.1001.exr", "gone"), sizes, mtimes)),
    }[at]
    assert quick_listing.unchanged(folders) == which


def test_a_link_to_the_folder_is_not_the_folder_unless_its_path_ends_with_a_dot(
    three: list[Path],
) -> None:
    folders = as_found(three)
    link = three[0].with_name("link")
    link.symlink_to("a")
    _, *rest = folders[0]
    assert quick_listing.unchanged([(str(link), *rest)]) == 0
    assert quick_listing.unchanged([(f"{link}/.", *rest)]) == 1


def test_a_file_in_the_place_of_the_folder_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    assert quick_listing.unchanged([known(tmp_path / "file")]) == 0


def test_what_c_cannot_tell_is_not_told(three: list[Path]) -> None:
    path, stamp, probes = as_found(three)[0]
    names, sizes, mtimes = probes
    for folder in (
        (path, (2**64 - 1, *stamp[1:]), probes),
        (path, (stamp[0], 2**63, stamp[2]), probes),
        (f"{path}\0", stamp, probes),
        (f"{path}\ud800", stamp, probes),
        (path, stamp, (("plate.1001.exr\0", names[1]), sizes, mtimes)),
        (path, stamp, (("x" * 5_000, names[1]), sizes, mtimes)),
        (path + "/." * 2_100, stamp, ((), (), ())),
        ("", stamp, probes),
    ):
        assert quick_listing.unchanged([folder]) == 0


@pytest.mark.parametrize("seconds", [-1, -(2**31), 2**33, 9_223_372_036])
def test_times_of_any_year_are_told_as_python_has_them(tmp_path: Path, seconds: int) -> None:
    file = tmp_path / "file"
    file.touch()
    os.utime(file, ns=(0, seconds * 10**9 + 7))
    told = abs(file.stat().st_mtime_ns) < 2**63 - 10**9  # before the last second that C counts
    assert quick_listing.unchanged([known(tmp_path, "file")]) == told


def test_without_the_library_nothing_is_told(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    list_by("python", monkeypatch)
    assert quick_listing.unchanged(as_found(three)) == 0


def test_a_library_for_another_machine_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "libquick_listing.so"
    broken.write_bytes(b"\x7fELF of another kind")
    monkeypatch.setattr(quick_listing, "LIBRARY", broken)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"\S"):
        ctypes.CDLL(str(broken))
    quick_listing.library.cache_clear()
    try:
        assert quick_listing.library() is None
        assert listed(str(tmp_path), None).folders == ["folder"]
    finally:
        quick_listing.library.cache_clear()


def test_a_library_made_from_another_source_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "quick_listing.c"
    source.write_bytes(quick_listing.SOURCE.read_bytes() + b"/* newer */")
    quick_listing.library.cache_clear()
    monkeypatch.setattr(quick_listing, "SOURCE", source)
    try:
        assert quick_listing.library() is None
        (tmp_path / "folder").mkdir()
        assert listed(str(tmp_path), None).folders == ["folder"]
    finally:
        quick_listing.library.cache_clear()


def test_a_python_without_ctypes_lists_by_itself(tmp_path: Path) -> None:
    (tmp_path / "plate.1001.exr").write_bytes(b"x")
    script = (
        "import sys; sys.modules['_ctypes'] = None\n"
        "from rushes.adapters import quick_listing\n"
        "from rushes.adapters.local_listing import listed\n"
        "print(quick_listing.library(), listed(sys.argv[1], None).names)"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True)
    assert done.stdout == "None ['plate.1001.exr']\n", done.stderr


def _unexpected(_listing: Listing, name: str) -> None:
    raise AssertionError(name)
