"""Fixtures of the tests that look at tables."""

from rushes.testing.postgres import _migrated, database_url, postgres_server

__all__ = ["_migrated", "database_url", "postgres_server"]
