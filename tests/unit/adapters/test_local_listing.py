"""What is asked of a folder's entries, whichever way they are listed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from rushes.adapters.local_listing import listed
from rushes.testing.listings import WAYS, list_by

NOBODY = 65534


@pytest.fixture(params=WAYS, autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    list_by(request.param, monkeypatch)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that the system was asked about one by one."""
    names: list[str] = []
    stat = os.stat

    def noted(name: str, **given: Any) -> os.stat_result:
        if "dir_fd" in given:
            names.append(name)
        return stat(name, **given)

    monkeypatch.setattr(os, "stat", noted)
    return names


def test_folders_are_not_asked_as_a_dead_server_may_be_mounted_there(
    tmp_path: Path, asked: list[str]
) -> None:
    (tmp_path / "mount").mkdir()
    (tmp_path / "plate.1001.exr").touch()
    (tmp_path / "link").symlink_to("plate.1001.exr")
    listing = listed(str(tmp_path), None)
    assert listing.folders == ["mount"]
    assert sorted(listing.names) == ["link", "plate.1001.exr"]
    assert "mount" not in asked


def test_folders_are_not_asked_beside_what_cannot_be_asked_either(
    tmp_path: Path, asked: list[str]
) -> None:
    (tmp_path / "mount").mkdir()
    (tmp_path / "link").symlink_to("itself")
    (tmp_path / "itself").symlink_to("link")  # no entry can be asked where this leads
    listing = listed(str(tmp_path), None)
    assert (listing.folders, sorted(listing.special)) == (["mount"], ["itself", "link"])
    assert "mount" not in asked


def test_folders_that_may_not_be_asked_are_folders_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half" / "below").mkdir(parents=True)
    (tmp_path / "half" / "file").touch()
    (tmp_path / "half").chmod(0o444)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)  # those above may be closed to others
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        listing = listed("half", None)
    finally:
        if root:
            os.seteuid(0)
        (tmp_path / "half").chmod(0o755)
    assert (listing.folders, listing.unreadable) == (["below"], ["file"])


def test_a_slow_mount_shows_signs_of_life_within_a_few_hundred_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_by("python", monkeypatch)
    for frame in range(1_000):
        (tmp_path / f"plate.{frame}.exr").touch()
    beats: list[int] = []
    listed(str(tmp_path), lambda: beats.append(1))
    assert len(beats) >= 3


def test_links_to_slow_mounts_show_signs_of_life(tmp_path: Path) -> None:
    (tmp_path / "plate.exr").touch()
    for frame in range(1_000):
        (tmp_path / f"link.{frame}.exr").symlink_to("plate.exr")
    beats: list[int] = []
    assert len(listed(str(tmp_path), lambda: beats.append(1)).names) == 1_001
    assert len(beats) >= 3
