"""Fixtures that contract tests share."""

from rushes.testing.postgres import _migrated, database_url, postgres_server
from rushes.testing.s3 import s3_bucket, s3_server

__all__ = ["_migrated", "database_url", "postgres_server", "s3_bucket", "s3_server"]
