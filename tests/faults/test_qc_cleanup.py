"""What a cleanup does when the tree changes between the look at it and the deletion."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.qc import cleanup_removal
from rushes.qc.cleanup import planned
from rushes.qc.cleanup_removal import remove
from rushes.qc.lock import folder_lock

pytestmark = pytest.mark.skipif(os.name == "nt", reason="making links takes a right there")


@pytest.fixture(params=["by handle", "by path"], autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of deleting: that of systems with handles of folders, and that of others."""
    if request.param == "by path":
        monkeypatch.setattr(cleanup_removal, "_BY_HANDLE", False)


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    folder = tmp_path / "root" / "sh010"
    (folder / ".qc").mkdir(parents=True)
    (folder / ".qc" / "a.mov.qc.json").write_text("ours")
    (folder / "b.mov.qc.json").write_text("ours")
    return folder


@pytest.fixture
def away(tmp_path: Path) -> Path:
    """A folder that is none of the tree's, with the same names in it."""
    folder = tmp_path / "away"
    (folder / ".qc").mkdir(parents=True)
    (folder / ".qc" / "a.mov.qc.json").write_text("theirs")
    (folder / "b.mov.qc.json").write_text("theirs")
    return folder


def whole(folder: Path) -> bool:
    names = {".qc/a.mov.qc.json", "b.mov.qc.json"}
    return {name for name in names if (folder / name).read_text() == "theirs"} == names


def replaced(path: Path, by: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to(by)


@pytest.mark.parametrize(
    ("swap", "failed"),
    [
        (replaced, 1),
        (lambda shot, away: replaced(shot / ".qc", away / ".qc"), 2),
        (lambda shot, away: replaced(shot.parent, away.parent), 1),
    ],
    ids=["the folder", "its .qc", "the top"],
)
def test_a_folder_that_became_a_link_is_not_followed(
    shot: Path, away: Path, swap: Callable[[Path, Path], None], failed: int
) -> None:
    plan = planned([shot.parent])
    swap(shot, away)
    done = remove(plan)
    assert len(done.failed) == failed
    assert whole(away)


def test_a_file_that_became_a_link_stays(shot: Path, away: Path) -> None:
    plan = planned([shot])
    (shot / "b.mov.qc.json").unlink()
    (shot / "b.mov.qc.json").symlink_to(away / "b.mov.qc.json")
    done = remove(plan)
    assert [Path(one.path).name for one in done.failed] == ["b.mov.qc.json"]
    assert (shot / "b.mov.qc.json").is_symlink()
    assert whole(away)


def test_a_record_written_since_stays(shot: Path) -> None:
    plan = planned([shot])
    (shot / "new").write_text("a new sign-off")
    os.replace(shot / "new", shot / ".qc" / "a.mov.qc.json")
    done = remove(plan)
    assert done.files == 1
    told = {Path(one.path).name: one.reason for one in done.failed}
    assert told["a.mov.qc.json"] == "it was written anew since it was looked at"
    assert ".qc" in told
    assert (shot / ".qc" / "a.mov.qc.json").read_text() == "a new sign-off"


def test_what_came_into_a_qc_folder_since_stays(shot: Path) -> None:
    plan = planned([shot])
    (shot / ".qc" / "z.mov.qc.json").write_text("new")
    done = remove(plan)
    assert [Path(one.path).name for one in done.failed] == [".qc"]
    assert os.listdir(shot / ".qc") == ["z.mov.qc.json"]


def test_what_is_gone_already_is_not_counted_as_deleted(shot: Path) -> None:
    plan = planned([shot])
    (shot / "b.mov.qc.json").unlink()
    done = remove(plan)
    assert (done.files, done.folders) == (1, 1)
    assert [one.reason for one in done.failed] == ["it is not there any more"]


def test_a_run_that_began_since_is_left_alone(shot: Path) -> None:
    plan = planned([shot])
    with folder_lock(shot):
        done = remove(plan)
    assert done.files == 0
    assert done.failed[0].reason == "a run is writing records there"
    assert (shot / ".qc" / "a.mov.qc.json").exists()


def test_a_tree_that_was_replaced_stays(shot: Path) -> None:
    plan = planned([shot.parent])
    os.rename(shot.parent, shot.parent.with_name("moved"))
    shutil.copytree(shot.parent.with_name("moved"), shot.parent)
    done = remove(plan)
    assert (done.files, done.folders) == (0, 0)
    assert done.failed[0].reason == "the tree was replaced meanwhile"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(shot: Path) -> None:
    plan = planned([shot])
    os.chmod(shot, 0o500)
    try:
        done = remove(plan)
    finally:
        os.chmod(shot, 0o700)
    assert done.files == 0
    assert "Permission denied" in done.failed[0].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told(shot: Path) -> None:
    os.chmod(shot, 0o000)
    try:
        plan = planned([shot.parent])
    finally:
        os.chmod(shot, 0o700)
    assert plan.places == []
    assert [Path(one.path).name for one in plan.unread] == ["sh010"]
