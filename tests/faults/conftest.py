"""Fixtures that fault tests share."""

from collections.abc import Iterator

import pytest

from rushes.testing.forked import Forks
from rushes.testing.postgres import _migrated, database_url, postgres_server
from rushes.testing.s3 import s3_bucket, s3_server

__all__ = ["_migrated", "database_url", "postgres_server", "s3_bucket", "s3_server"]


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Commands of `rushes qc` in processes of their own."""
    root = tmp_path_factory.mktemp("learning")
    (root / "a.mov").touch()
    env = {"HOME": str(root), "RUSHES_DATA_DIR": str(root / "data"), "RUSHES_SCAN_WORKERS": "1"}
    with Forks("rushes.cli.main:run") as made:
        for args in (
            ("keys", "init", "somebody"),
            ("crawl", root),
            ("sign", root, "--result", "pass"),
            ("crawl", root, "--deep"),
            ("checkpoint", root),
            ("verify", root),
        ):
            made.start("qc", *args, env=env, learn=True).ended()
        yield made
