"""Every storage keeps the contract of those that files are moved to and from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rushes.ports import registry
from rushes.ports.storage_writing import WritableStorage
from rushes.testing.contracts.storage_writing import StorageWritingContract, WritablePlace
from rushes.testing.s3 import Bucket
from rushes.testing.s3_faults import faulty
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.transfer.ledger import Ledger, opened

__all__ = ["moto_bucket", "moto_origin"]

MB = 1024**2
IGNORES = "rclone ignores conditions of puts"


@dataclass
class FolderPlace:
    storage: WritableStorage
    root: str
    folder: Path
    large: int
    no_conditions: str = ""

    def write(self, path: str, data: bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def all(self) -> dict[str, bytes]:
        return {
            str(one.relative_to(self.folder)): one.read_bytes()
            for one in self.folder.rglob("*")
            if one.is_file()
        }


@dataclass
class MotoPlace:
    storage: WritableStorage
    root: str
    bucket: MotoBucket
    large: int
    no_conditions: str = ""

    def write(self, path: str, data: bytes) -> None:
        self.bucket.put(f"shows/here/{path}", data)

    def all(self) -> dict[str, bytes]:
        found = {f"unfinished {one}": b"" for one in self.bucket.uploads()}
        for key, data in self.bucket.objects().items():
            found[key.removeprefix("shows/here/")] = data
        return found


def local(request: pytest.FixtureRequest) -> WritablePlace:
    folder: Path = request.getfixturevalue("tmp_path") / "place"
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    monkeypatch.setattr("rushes.transfer.local_arrival._KEEP_EVERY", MB)
    return FolderPlace(registry.connect("storage", "local"), str(folder), folder, 5 * MB)


def moto(request: pytest.FixtureRequest) -> WritablePlace:
    bucket: MotoBucket = request.getfixturevalue("moto_bucket")
    storage = registry.connect("storage", "s3", f"{bucket.url}/shows")
    return MotoPlace(storage, "/here", bucket, 33 * MB + 1)


def rclone(request: pytest.FixtureRequest) -> WritablePlace:
    bucket: Bucket = request.getfixturevalue("s3_bucket")
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    proxy = faulty(bucket.server.endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.__enter__().endpoint)
    request.addfinalizer(lambda: proxy.__exit__(None, None, None))
    storage = registry.connect("storage", "s3", bucket.url)
    return FolderPlace(storage, "/here", bucket.folder / "here", 33 * MB + 1, IGNORES)


PLACES: dict[str, Callable[[pytest.FixtureRequest], WritablePlace]] = {
    "local": local,
    "moto": moto,
    "rclone": rclone,
}


class TestStoragesWriting(StorageWritingContract):
    @pytest.fixture(params=PLACES)
    def place(self, request: pytest.FixtureRequest) -> WritablePlace:
        return PLACES[request.param](request)

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        with opened(tmp_path / "ledger", "here", "there") as found:
            yield found
