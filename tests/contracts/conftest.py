"""Fixtures that contract tests share."""

import pytest

pytest.register_assert_rewrite("rushes.testing.contracts")

from rushes.testing.postgres import _migrated, database_url, postgres_server  # noqa: E402
from rushes.testing.s3 import s3_bucket, s3_server  # noqa: E402

__all__ = ["_migrated", "database_url", "postgres_server", "s3_bucket", "s3_server"]
