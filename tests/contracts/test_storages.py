"""Every storage keeps the storage contract."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rushes.ports import registry
from rushes.ports.storage import Storage
from rushes.testing.contracts.storage import Ability, Place, StorageContract
from rushes.testing.listings import list_by
from rushes.testing.s3 import Bucket


@dataclass
class FolderPlace:
    """A folder that the storage shows: as itself, or as a bucket."""

    storage: Storage
    root: str
    folder: Path
    lacks: Mapping[Ability, str] = field(default_factory=dict)

    def write(self, path: str, data: bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def remove(self, path: str) -> None:
        gone = self.folder / path
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()


def local(request: pytest.FixtureRequest) -> Place:
    folder: Path = request.getfixturevalue("tmp_path")
    return FolderPlace(registry.connect("storage", "local"), str(folder), folder)


def s3(request: pytest.FixtureRequest) -> Place:
    bucket: Bucket = request.getfixturevalue("s3_bucket")
    return FolderPlace(
        registry.connect("storage", "s3", f"{bucket.url}/shows of 2026"),
        "/here",
        bucket.folder / "shows of 2026" / "here",
        {
            Ability.EMPTY_FOLDERS: "a bucket has keys, and a folder as long as a key lies in it",
            Ability.FOLDER_STAMPS: "a bucket keeps no times of folders",
            Ability.CONTROL_CHARACTERS: "the library refuses such keys, which is told",
            Ability.ANY_BYTES: "keys are UTF-8",
        },
    )


PLACES: dict[str, Callable[[pytest.FixtureRequest], Place]] = {"local": local, "s3": s3}


class TestStorages(StorageContract):
    @pytest.fixture(params=registry.names("storage"))
    def place(self, request: pytest.FixtureRequest) -> Place:
        assert request.param in PLACES, "a new storage adapter says here how to put files there"
        return PLACES[request.param](request)


class TestFoldersListedByPython(StorageContract):
    """Where the lines of C were not built."""

    @pytest.fixture
    def place(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Place:
        list_by("python", monkeypatch)
        return local(request)
