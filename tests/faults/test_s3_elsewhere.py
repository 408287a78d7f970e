"""Buckets are kept with their connections, and asked anew where S3 or its keys are others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rushes import bootstrap
from rushes.core.errors import RushesError
from rushes.testing.s3 import Bucket, running_server


def test_a_bucket_is_kept_for_the_next_file_in_it(s3_bucket: Bucket) -> None:
    first, _ = bootstrap.storage_at(f"{s3_bucket.url}/a.exr")
    second, path = bootstrap.storage_at(f"{s3_bucket.url}/b.exr")
    assert first is second
    assert path == "/b.exr"


def test_a_bucket_of_the_same_name_elsewhere_is_another(
    s3_bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (s3_bucket.folder / "a.txt").write_bytes(b"here")
    other = tmp_path / s3_bucket.name
    other.mkdir()
    (other / "a.txt").write_bytes(b"elsewhere")
    url = f"{s3_bucket.url}/a.txt"
    assert _size(url) == 4
    with running_server(tmp_path) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.endpoint)
        assert _size(url) == 9
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_bucket.server.endpoint)
    assert _size(url) == 4


def test_keys_that_are_changed_in_a_file_are_used_from_then_on(
    s3_bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (s3_bucket.folder / "a.txt").write_bytes(b"here")
    keys = tmp_path / "credentials"
    lines = ("aws_access_key_id", "aws_secret_access_key")
    right = [os.environ[name.upper()] for name in lines]
    for name in lines:
        monkeypatch.delenv(name.upper())
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    url = f"{s3_bucket.url}/a.txt"
    _write(keys, lines, ["old", "expired"])
    with pytest.raises(RushesError, match="refuse"):
        _size(url)
    _write(keys, lines, right)
    assert _size(url) == 4


def _size(url: str) -> int:
    storage, path = bootstrap.storage_at(url)
    ((size, _),) = filter(None, storage.probe([path]))
    return size


def _write(file: Path, names: tuple[str, ...], values: list[str]) -> None:
    pairs = zip(names, values, strict=True)
    file.write_text("[default]\n" + "".join(f"{name} = {value}\n" for name, value in pairs))
