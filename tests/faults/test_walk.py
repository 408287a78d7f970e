"""A walk over folders that cannot be read, vanish, loop or hang, and over what is no file."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code, RushesError
from rushes.frames.group import Rules
from rushes.model.files import FoundFolder, Kind
from rushes.model.finding import Severity
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.ports.storage import Listing, Storage
from rushes.scan import split
from rushes.scan.options import WalkOptions
from rushes.scan.walk import walk
from rushes.testing.faulty_storage import FaultyStorage
from rushes.testing.listings import WAYS, list_by

NOBODY = 65534


@pytest.fixture(params=WAYS, autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fault is met by both ways of listing a folder."""
    list_by(request.param, monkeypatch)


def walked(
    root: Path | str,
    *,
    storage: Storage | None = None,
    executor: Executor | None = None,
    timeout: float = 60.0,
) -> dict[str, FoundFolder]:
    found = walk(
        storage or LocalStorage(),
        str(root),
        rules=Rules(),
        options=WalkOptions(folder_timeout=timeout),
        executor=executor or InlineExecutor(),
        progress=Silent(),
    )
    return {str(folder.path): folder for folder in found}


def frames(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for frame in range(1001, 1004):
        (folder / f"plate.{frame}.exr").write_bytes(b"x")


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user whom permissions bind, also where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that everybody can reach, as those of pytest are not."""
    with TemporaryDirectory(prefix="rushes-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.parametrize("name", ["nowhere", "file", "broken"])
def test_a_walk_of_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "broken").symlink_to("gone")
    with pytest.raises(RushesError) as caught:
        walked(tmp_path / name)
    assert caught.value.code is Code.PATH_NOT_FOUND
    assert name in caught.value.message


def test_a_folder_that_may_not_be_read_is_told_and_the_rest_is_walked(open_path: Path) -> None:
    frames(open_path / "locked")
    frames(open_path / "open")
    (open_path / "locked").chmod(0)
    try:
        with as_nobody():
            found = walked(open_path)
    finally:
        (open_path / "locked").chmod(0o755)
    assert found["locked"].unread
    (finding,) = found["locked"].findings
    assert (finding.rule, finding.severity) == ("folder.unreadable", Severity.ERROR)
    assert (finding.subject, "ermission denied" in finding.message) == ("locked", True)
    assert len(found["open"].sequences) == 1


def test_a_walk_of_what_may_not_be_read_is_refused(open_path: Path) -> None:
    (open_path / "locked").mkdir(mode=0)
    with as_nobody(), pytest.raises(RushesError) as caught:
        walked(open_path / "locked")
    assert caught.value.code is Code.PATH_UNREADABLE


def test_files_that_can_be_named_but_not_asked_are_told(open_path: Path) -> None:
    frames(open_path / "half")
    (open_path / "half").chmod(0o444)
    try:
        with as_nobody():
            found = walked(open_path)
    finally:
        (open_path / "half").chmod(0o755)
    (finding,) = found["half"].findings
    assert finding.rule == "files.unreadable"
    assert finding.message.startswith("3 entries")
    assert found["half"].sequences == ()


def test_a_folder_that_vanishes_is_told_and_the_rest_is_walked(tmp_path: Path) -> None:
    frames(tmp_path / "a" / "doomed" / "below")
    frames(tmp_path / "b")
    found = walked(tmp_path, storage=FaultyStorage(vanishes=("doomed",)))
    assert list(found) == [".", "a", "a/doomed", "b"]
    assert found["a/doomed"].unread
    assert [one.rule for one in found["a/doomed"].findings] == ["folder.vanished"]
    assert len(found["b"].sequences) == 1


def test_a_loop_of_links_is_not_followed(tmp_path: Path) -> None:
    frames(tmp_path / "a")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "here").symlink_to(".")
    (tmp_path / "itself").symlink_to("itself")
    found = walked(tmp_path)
    assert list(found) == [".", "a"]
    assert [folder.left_out.special for folder in found.values()] == [1, 2]
    assert found["."].left_out.dead_links == ("itself",)
    assert [one.rule for one in found["."].findings] == ["files.dead_link"]
    assert found["a"].findings == ()


def test_sockets_pipes_devices_and_broken_links_are_counted_and_never_opened(
    tmp_path: Path,
) -> None:
    frames(tmp_path)
    count = 3
    os.mkfifo(tmp_path / "plate.1004.exr")
    (tmp_path / "plate.1005.exr").symlink_to("gone.exr")
    (tmp_path / "to-a-pipe").symlink_to("plate.1004.exr")
    home = os.open(tmp_path, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"/proc/self/fd/{home}/plate.1006.exr")
        count += 1
    os.close(home)
    try:
        os.mknod(tmp_path / "plate.1007.exr", 0o600 | 0o020000, os.makedev(1, 7))
        count += 1
    except PermissionError:
        pass  # only root makes devices
    folder = walked(tmp_path)["."]
    assert folder.left_out.special == count
    assert folder.left_out.dead_links == ("plate.1005.exr",)
    assert folder.sequences[0].sequence.frames == FrameSet((FrameRange(1001, 1003),))
    assert folder.use.files == 3


def test_links_to_files_count_with_what_they_point_at(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "big").write_bytes(b"x" * 1234)
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "plate.1001.exr").symlink_to("../real/big")
    assert walked(tmp_path)["links"].use.size == 1234


def test_a_hard_link_counts_under_each_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    os.link(tmp_path / "a", tmp_path / "b")
    assert walked(tmp_path)["."].use.size == 20


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[str]:
    """A pipe whose readers block until the test is over."""
    made = tmp_path / "pipe"
    os.mkfifo(made)
    yield str(made)
    # Let threads go that are still stuck there; ENXIO when there are none.
    while True:
        try:
            os.close(os.open(made, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            break


def test_a_folder_that_hangs_is_told_and_the_rest_is_walked(tmp_path: Path, pipe: str) -> None:
    root = tmp_path / "root"
    for name in ("a/x", "a/dead/below", "b"):
        frames(root / name)
    found = walked(root, storage=FaultyStorage(hangs=("dead",), pipe=pipe), timeout=3.0)
    assert list(found) == [".", "a", "a/dead", "a/x", "b"]
    assert found["a/dead"].unread
    (finding,) = found["a/dead"].findings
    assert (finding.rule, finding.subject) == ("folder.hung", "a/dead")
    assert "for 3 s" in finding.message
    assert [len(found[name].sequences) for name in ("a/x", "b")] == [1, 1]


def test_after_a_few_hung_folders_the_next_get_less_time(
    tmp_path: Path, pipe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split, "_LEAST_S", 0.0)
    monkeypatch.setattr(split, "_IMPATIENT", 2)
    root = tmp_path / "root"
    for name in "abcde":
        frames(root / name / "dead")
    found = walked(root, storage=FaultyStorage(hangs=("dead",), pipe=pipe), timeout=2.0)
    told = [finding.message for folder in found.values() for finding in folder.findings]
    assert ["for 2 s" in message for message in told] == [True, True, True, False, False]
    assert ["for 1 s" in message for message in told] == [False, False, False, True, True]


def test_a_walk_of_what_hangs_is_refused(tmp_path: Path, pipe: str) -> None:
    root = tmp_path / "dead"
    root.mkdir()
    with pytest.raises(RushesError) as caught:
        walked(root, storage=FaultyStorage(hangs=("dead",), pipe=pipe), timeout=0.5)
    assert caught.value.code is Code.PATH_UNREADABLE
    assert "no sign of life" in caught.value.message


def test_a_slow_folder_that_shows_signs_of_life_is_not_called_dead(tmp_path: Path) -> None:
    class Slow(FaultyStorage):
        def list_folder(self, path: str, *, beat: Callable[[], None] | None = None) -> Listing:
            assert beat is not None
            for _ in range(70):
                Event().wait(0.06)
                beat()
            return super().list_folder(path, beat=beat)

    frames(tmp_path)
    found = walked(tmp_path, storage=Slow(), timeout=4.0)
    assert [one.rule for one in found["."].findings] == []
    assert len(found["."].sequences) == 1


def test_a_hundred_thousand_files_in_one_folder_are_one_sequence(tmp_path: Path) -> None:
    home = os.open(tmp_path, os.O_RDONLY)
    for frame in range(100_000):
        os.close(os.open(f"sim.{frame:06d}.bgeo", os.O_CREAT | os.O_WRONLY, dir_fd=home))
    os.close(home)
    folder = walked(tmp_path)["."]
    (found,) = folder.sequences
    assert found.sequence.frames == FrameSet((FrameRange(0, 99_999),))
    assert (found.facts.files, folder.use.files) == (100_000, 100_000)


def test_names_of_any_kind_are_kept_as_they_are(tmp_path: Path) -> None:
    names = [b"-rf", b"new\nline.nk", "🎬.nk".encode(), b"caf\xe9.nk", b" ", b"a\\b", b"*?[x]"]
    for name in names:
        folder = os.fsencode(tmp_path) + b"/" + name
        os.mkdir(folder)
        Path(os.fsdecode(folder + b"/" + name)).touch()
    found = walked(tmp_path)
    assert {os.fsencode(path) for path in found} == {b".", *names}
    heads = {
        os.fsencode(one.sequence.head) for folder in found.values() for one in folder.sequences
    }
    assert heads == set(names)
    assert all(
        one.sequence.kind is Kind.FILE for folder in found.values() for one in folder.sequences
    )


def test_findings_about_odd_names_are_clean_text(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n"))
    frames(folder)
    (folder / "plate.1002.exr").write_bytes(b"")
    (finding,) = walked(tmp_path)[folder.name].findings
    assert finding.subject == r"caf\xe9\x0a/plate.%04d.exr"


def test_a_path_too_long_for_the_system_is_told(tmp_path: Path) -> None:
    depth = 25
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    found = list(walked(tmp_path).values())
    assert 2 < len(found) < depth
    assert [one.unread for one in found] == [False] * (len(found) - 1) + [True]
    assert [one.rule for one in found[-1].findings] == ["folder.unreadable"]
