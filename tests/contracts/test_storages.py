"""Every storage keeps the storage contract."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from rushes.ports import registry
from rushes.ports.storage import Storage
from rushes.testing.contracts.storage import Place, StorageContract


@dataclass
class LocalPlace:
    storage: Storage
    root: str

    def write(self, path: str, data: bytes) -> None:
        file = Path(self.root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def remove(self, path: str) -> None:
        gone = Path(self.root, path)
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()


PLACES = {"local": LocalPlace}


class TestStorages(StorageContract):
    @pytest.fixture(params=registry.names("storage"))
    def place(self, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
        assert request.param in PLACES, "a new storage adapter says here how to put files there"
        storage = registry.connect("storage", request.param)
        return PLACES[request.param](storage, str(tmp_path))
