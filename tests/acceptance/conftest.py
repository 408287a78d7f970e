"""Fixtures that acceptance tests share."""

from rushes.testing.postgres import _migrated, database_url, postgres_server

__all__ = ["_migrated", "database_url", "postgres_server"]
