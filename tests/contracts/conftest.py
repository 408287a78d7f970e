"""Fixtures that contract tests share."""

import pytest

pytest.register_assert_rewrite("rushes.testing.contracts")

from rushes.testing.postgres import _migrated, database_url, postgres_server  # noqa: E402

__all__ = ["_migrated", "database_url", "postgres_server"]
