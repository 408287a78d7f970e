"""What a walk finds, in which order, and that nobody's way of walking shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.executor.processes import ProcessExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code, RushesError
from rushes.frames.group import Rules
from rushes.model.files import FolderUse, FoundFolder, Kind, LeftOut
from rushes.model.frames import FrameSet
from rushes.ports import registry
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.scan import split
from rushes.scan.options import WalkOptions
from rushes.scan.walk import walk


def walked(
    root: Path,
    *,
    below: str = ".",
    options: WalkOptions = WalkOptions(),  # noqa: B008 (frozen)
    executor: Executor | None = None,
) -> list[FoundFolder]:
    found = walk(
        LocalStorage(),
        str(root),
        below=PurePosixPath(below),
        rules=Rules(),
        options=options,
        executor=executor or InlineExecutor(),
        progress=Silent(),
    )
    return list(found)


def frames(folder: Path, head: str = "plate.", first: int = 1001, last: int = 1010) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for frame in range(first, last + 1):
        (folder / f"{head}{frame:04d}.exr").write_bytes(b"x" * 100)


def show(root: Path) -> Path:
    for sequence in range(3):
        for shot in range(12):
            home = root / f"sq{sequence:02d}" / f"sh{shot:03d}0"
            frames(home / "plates" / "v001", last=1003)
            frames(home / "renders" / "v002", head="beauty.", last=1004)
            (home / "work").mkdir()
            (home / "work" / "comp_v001.nk").write_text("Read {}")
    frames(root / "sq01" / ".trash" / "plates")
    (root / "sq01" / ".trash" / "plates" / "plate.1005.exr").unlink()
    (root / "sq02" / "sh0000" / "plates" / "v001" / "plate.1004.exr").symlink_to("gone")
    return root


def test_folders_come_in_path_order_each_once(tmp_path: Path) -> None:
    for name in ("b/x", "a/y/z", "a-b", "a/x", "a.b", "c"):
        (tmp_path / name).mkdir(parents=True)
    paths = [folder.path for folder in walked(tmp_path)]
    assert paths == sorted(paths)
    assert [str(path) for path in paths] == (
        [".", "a", "a/x", "a/y", "a/y/z", "a-b", "a.b", "b", "b/x", "c"]
    )


def test_a_sequence_comes_with_its_frames_and_its_sizes(tmp_path: Path) -> None:
    frames(tmp_path / "sh010")
    (tmp_path / "sh010" / "plate.1004.exr").unlink()
    (tmp_path / "sh010" / "plate.1005.exr").write_bytes(b"x" * 120)
    (found,) = walked(tmp_path)[1].sequences
    assert found.sequence.folder == PurePosixPath("sh010")
    assert (found.sequence.pattern, found.sequence.kind) == ("plate.%04d.exr", Kind.FRAMES)
    assert found.sequence.frames == FrameSet.of([1001, 1002, 1003, *range(1005, 1011)])
    facts = found.facts
    assert (facts.files, facts.size, facts.smallest, facts.largest) == (9, 920, 100, 120)
    stats = [entry.stat() for entry in (tmp_path / "sh010").iterdir()]
    assert facts.allocated == sum(stat.st_blocks for stat in stats) * 512
    assert facts.oldest_ns == min(stat.st_mtime_ns for stat in stats)
    assert facts.newest_ns == max(stat.st_mtime_ns for stat in stats)


def test_a_folders_use_counts_hidden_and_temporary_files_and_its_sequences_do_not(
    tmp_path: Path,
) -> None:
    frames(tmp_path, last=1002)
    (tmp_path / ".DS_Store").write_bytes(b"x" * 1000)
    (tmp_path / "plate.1003.exr.tmp").write_bytes(b"x" * 500)
    (folder,) = (
        FoundFolder(one.path, one.sequences, one.use, one.left_out)
        for one in walk(
            LocalStorage(),
            str(tmp_path),
            rules=Rules(temporary=("*.tmp",)),
            options=WalkOptions(),
            executor=InlineExecutor(),
            progress=Silent(),
        )
    )
    assert folder.left_out == LeftOut(hidden=1, temporary=1)
    assert (folder.use.files, folder.use.size, folder.use.largest) == (4, 1700, 1000)
    assert folder.use.largest_name == ".DS_Store"
    assert [found.facts.files for found in folder.sequences] == [2]


def test_a_folder_without_files_uses_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert [(one.use, one.sequences) for one in walked(tmp_path)] == [(FolderUse(), ())] * 2


def test_the_largest_of_equal_files_is_the_first(tmp_path: Path) -> None:
    frames(tmp_path)
    assert walked(tmp_path)[0].use.largest_name == "plate.1001.exr"


def test_paths_are_relative_to_the_mount_even_when_the_walk_begins_below(tmp_path: Path) -> None:
    frames(tmp_path / "a" / "b" / "c")
    found = walked(tmp_path, below="a/b")
    assert [str(one.path) for one in found] == ["a/b", "a/b/c"]
    assert found[1].sequences[0].sequence.folder == PurePosixPath("a/b/c")


def test_a_mount_that_is_a_link_is_walked(tmp_path: Path) -> None:
    frames(tmp_path / "real")
    (tmp_path / "link").symlink_to("real")
    assert len(walked(tmp_path / "link")[0].sequences) == 1
    assert len(walked(tmp_path, below="link")[0].sequences) == 1


def test_frame_numbers_in_folder_names_are_no_frames(tmp_path: Path) -> None:
    for frame in range(1001, 1004):
        (tmp_path / str(frame)).mkdir()
        (tmp_path / str(frame) / "beauty.exr").touch()
    found = {one.path.name: one for one in walked(tmp_path) if one.sequences}
    assert list(found) == ["1001", "1002", "1003"]
    for folder in found.values():
        (one,) = folder.sequences
        assert (one.sequence.kind, one.sequence.head) == (Kind.FILE, "beauty.exr")


def test_ignored_folders_are_not_entered(tmp_path: Path) -> None:
    frames(tmp_path / ".snapshot" / "hourly")
    frames(tmp_path / "show")
    found = walked(tmp_path, options=WalkOptions(ignore=(".snapshot*",)))
    assert [str(one.path) for one in found] == [".", "show"]


def test_the_fingerprint_tells_touched_resized_added_and_removed_frames(tmp_path: Path) -> None:
    frames(tmp_path)
    prints = [fingerprint(tmp_path)]
    later = (tmp_path / "plate.1005.exr").stat().st_mtime_ns + 10**9
    os.utime(tmp_path / "plate.1005.exr", ns=(later, later))
    prints.append(fingerprint(tmp_path))
    (tmp_path / "plate.1005.exr").write_bytes(b"x")
    prints.append(fingerprint(tmp_path))
    (tmp_path / "plate.1005.exr").unlink()
    prints.append(fingerprint(tmp_path))
    assert len(set(prints)) == 4
    assert fingerprint(tmp_path) == prints[-1]


def fingerprint(root: Path) -> str:
    return walked(root)[0].sequences[0].facts.fingerprint


def executors() -> Iterator[Executor]:
    yield ProcessExecutor(1, caller_helps=True)
    yield ProcessExecutor(3)
    yield ProcessExecutor(2, fork=False)


def test_processes_find_what_one_finds_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = walked(show(tmp_path))
    assert len(whole) == 1 + 3 + 36 * 6 + 2
    for name in ("_LOOK_S", "_OWN_S"):  # as many pieces as can be
        monkeypatch.setattr(split, name, 0.0)
    for executor in executors():
        monkeypatch.setattr(type(executor), "worth_s", 0.0)
        found = walked(tmp_path, executor=executor)
        executor.close()
        assert repr(found) == repr(whole)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_cluster_finds_what_one_finds_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = walked(show(tmp_path))
    monkeypatch.setattr(split, "_LOOK_S", 0.0)
    executor: Executor = registry.connect("executor", "dask", "local:2")
    monkeypatch.setattr(type(executor), "worth_s", 0.001)
    found = walked(tmp_path, executor=executor)
    executor.close()
    assert repr(found) == repr(whole)


def test_a_walk_that_nobody_wants_any_more_ends(tmp_path: Path) -> None:
    class Cancelled(Silent):
        def cancelled(self) -> bool:
            return True

    with pytest.raises(RushesError) as caught:
        list(
            walk(
                LocalStorage(),
                str(show(tmp_path)),
                rules=Rules(),
                options=WalkOptions(),
                executor=InlineExecutor(),
                progress=Cancelled(),
            )
        )
    assert caught.value.code is Code.CANCELLED
