"""Hidden folders: what they hold counts as hidden and takes room, and nothing in it is judged."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.executor.processes import ProcessExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.frames.group import Rules
from rushes.model.files import FolderUse, FoundFolder, LeftOut
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.scan import stamps
from rushes.scan import walk as walking
from rushes.scan.hidden import is_hidden, shown_part
from rushes.scan.layout import Layout, Place
from rushes.scan.options import WalkOptions
from rushes.scan.peek import peek
from rushes.scan.renders import Renders
from rushes.scan.roots import Root
from rushes.scan.usage import Usage
from rushes.scan.walk import walk
from rushes.testing.listings import WAYS, list_by

LAYOUT = Layout(["{show}/{sequence}/{shot}/{task}"])


def walked(
    root: Path, below: str = ".", *, executor: Executor | None = None, cache: Path | None = None
) -> dict[str, FoundFolder]:
    found = walk(
        LocalStorage(),
        str(root),
        below=below,
        rules=Rules(),
        options=WalkOptions(cache=cache),
        executor=executor or InlineExecutor(),
        progress=Silent(),
    )
    return {str(folder.path): folder for folder in found}


def frames(folder: Path, *numbers: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"a.{number}.exr").write_bytes(b"x" * 10)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "renders"
    frames(root / "v001", 1001, 1002, 1003)
    frames(root / "v001" / ".cache", 1001, 1002, 1004)
    frames(root / "v001" / ".cache" / "deep", 1001, 1003)
    (root / "v001" / ".cache" / "a.1005.exr").symlink_to("gone")
    (root / "v001" / ".cache" / "b.tmp").write_bytes(b"x" * 5)
    (root / "v001" / ".empty").mkdir()
    return root


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    list_by(request.param, monkeypatch)


@pytest.mark.usefixtures("way")
def test_nothing_in_a_hidden_folder_is_grouped_or_judged_and_all_of_it_counts(tree: Path) -> None:
    found = walked(tree)
    assert list(found) == [".", "v001", "v001/.cache", "v001/.cache/deep", "v001/.empty"]
    assert len(found["v001"].sequences) == 1
    for path in ("v001/.cache", "v001/.cache/deep", "v001/.empty"):
        assert (found[path].sequences, found[path].findings) == ((), ())
        assert found[path].left_out.hidden_folder
    # Three frames, an unfinished file and a dead link, which takes no room.
    assert found["v001/.cache"].left_out == LeftOut(hidden=5, hidden_folder=True)
    use = found["v001/.cache"].use
    assert (use.files, use.size, use.largest_name) == (4, 35, "a.1001.exr")
    assert found["v001/.cache/deep"].left_out.hidden == 2
    assert found["v001/.empty"].use == FolderUse()
    assert not found["v001"].left_out.hidden_folder
    executor = ProcessExecutor(2)
    assert walked(tree, executor=executor) == found
    executor.close()


@pytest.mark.parametrize(
    ("mount", "below"),
    [(".cache", "."), (".", ".cache"), (".cache/deep", "."), (".", ".cache/deep")],
)
def test_a_folder_that_was_asked_for_is_looked_at_whatever_it_is_called(
    tree: Path, mount: str, below: str
) -> None:
    found = walked(tree / "v001" / mount, below)
    assert all(len(folder.sequences) == 1 for folder in found.values())
    assert not any(folder.left_out.hidden_folder for folder in found.values())


def test_a_hidden_folder_below_one_that_was_asked_for_is_hidden_still(tree: Path) -> None:
    frames(tree / "v001" / ".cache" / ".inner", 1001)
    found = walked(tree, "v001/.cache")
    assert len(found["v001/.cache"].sequences) == 1
    assert found["v001/.cache/.inner"].left_out == LeftOut(hidden=1, hidden_folder=True)


def test_a_hidden_folder_that_cannot_be_read_is_told_as_any_other(tree: Path) -> None:
    class Blind(LocalStorage):
        def list_folder(self, path: str, **given: object) -> object:  # type: ignore[override]
            listing = super().list_folder(path)
            if path.endswith(".cache"):
                listing.unreadable.append("a.1009.exr")
            return listing

    found = {
        str(folder.path): folder
        for folder in walk(
            Blind(),
            str(tree),
            rules=Rules(),
            options=WalkOptions(),
            executor=InlineExecutor(),
            progress=Silent(),
        )
    }
    assert found["v001/.cache"].unread
    assert [one.rule for one in found["v001/.cache"].findings] == ["files.unreadable"]


def test_stamps_remember_hidden_folders_as_they_are_read(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "v001" / ".cache" / "a.1005.exr").unlink()  # dead links keep no stamp
    monkeypatch.setattr(walking, "SETTLED_NS", -(10**15))
    cache = tmp_path / "cache"
    first = walked(tree, cache=cache)
    asked: list[str] = []
    listed = LocalStorage.list_folder

    def noted(self: LocalStorage, path: str, **given: object) -> object:
        asked.append(os.path.basename(path))
        return listed(self, path, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(LocalStorage, "list_folder", noted)
    assert walked(tree, cache=cache) == first
    assert asked == []
    frames(tree / "v001" / ".cache", 1007)
    assert walked(tree, cache=cache)["v001/.cache"].left_out.hidden == 5
    assert asked == [".cache"]


def test_stamps_from_when_hidden_folders_were_judged_are_passed_over(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "v001" / ".cache" / "a.1005.exr").unlink()  # dead links keep no stamp
    monkeypatch.setattr(walking, "SETTLED_NS", -(10**15))
    cache = tmp_path / "cache"
    monkeypatch.setattr("rushes.scan.folder.is_hidden", lambda *_: False)
    with monkeypatch.context() as then:
        then.setattr(stamps, "_MAGIC", b"rushes stamps 4\n")
        before = walked(tree, cache=cache)
    monkeypatch.undo()
    monkeypatch.setattr(walking, "SETTLED_NS", -(10**15))
    assert len(before["v001/.cache"].sequences) == 1
    assert walked(tree, cache=cache)["v001/.cache"].sequences == ()


def test_a_look_at_one_folder_counts_hidden_folders_and_does_not_name_them(tree: Path) -> None:
    found = peek(LocalStorage(), Root(str(tree / "v001")), rules=Rules(), options=WalkOptions())
    assert (found.folders, found.hidden_folders) == ((), 2)


@pytest.mark.parametrize(
    ("path", "start", "hidden", "part"),
    [
        ("", "", False, "."),
        ("a", "", False, "a"),
        (".a", "", True, "."),
        ("a/.b/c", "", True, "a"),
        ("a/.b/c/.d", "", True, "a"),
        (".a", ".a", False, ".a"),
        (".a/b", ".a", False, ".a/b"),
        (".a/b/.c", ".a", True, ".a/b"),
        ("a.b/c.d", "", False, "a.b/c.d"),
    ],
)
def test_hidden_is_what_begins_with_a_dot_below_the_start(
    path: str, start: str, hidden: bool, part: str
) -> None:
    assert is_hidden(path, start) is hidden
    assert str(shown_part(PurePosixPath(path or "."), PurePosixPath(start or "."))) == part


def test_what_hidden_folders_hold_is_use_of_the_place_that_they_lie_in() -> None:
    usage = Usage(LAYOUT)
    one = FolderUse(1, 10, 10, 10, "a.exr", 5, 5)
    for path in ("demo/sq010/.trash", "demo/sq010/sh0010/.cache/x", ".snapshot/demo/sq010"):
        usage.take_use(PurePosixPath(path), one)
    assert [place.names for place in usage.places("sequence")] == [("demo", "sq010")]
    assert [place.names for place in usage.places("shot")] == [("demo", "sq010", "sh0010")]
    assert usage.places("sequence")[Place("demo", "sq010")].size == 20
    assert usage.elsewhere().size == 10
    assert usage.total.size == 30


def test_a_hidden_folder_is_no_shot() -> None:
    renders = Renders(LAYOUT, "renders")
    hidden = LeftOut(hidden=1, hidden_folder=True)
    one = FolderUse(1, 10, 10, 10, "a.exr", 5, 5)
    renders.take(FoundFolder(PurePosixPath("demo/sq010/.old/renders"), (), one, hidden))
    renders.take(FoundFolder(PurePosixPath("demo/sq010/sh1/renders/.cache"), (), one, hidden))
    (shot,) = renders.shots()
    assert (shot.place.shot, shot.use.size) == ("sh1", 10)
