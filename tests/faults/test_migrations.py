"""Migrations that were killed, and several that begin at once: the next start makes them whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.db.opening import open_records
from rushes.testing.found import found_folder, scanned
from rushes.testing.postgres import temporary_database
from rushes.testing.served import starting, until_ready

# Kills itself once a migration of that name is done, or before its statement of that number.
MIGRATING = textwrap.dedent(
    """
    import os, signal, sys
    from functools import partial
    from rushes.db.connect import setup
    alias = setup(sys.argv[1])
    from django.db.backends.postgresql.schema import DatabaseSchemaEditor
    from django.db.migrations.executor import MigrationExecutor
    from rushes.db import migrate

    after, left = sys.argv[2], int(sys.argv[3])
    execute = DatabaseSchemaEditor.execute

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def told(action, migration=None, fake=False):
        if action == "apply_success" and migration.name == after:
            die()

    def counted(self, *given, **named):
        global left
        left -= 1
        if left == 0:
            die()
        return execute(self, *given, **named)

    DatabaseSchemaEditor.execute = counted
    migrate.MigrationExecutor = partial(MigrationExecutor, progress_callback=told)
    migrate.migrate(alias)
    print("done")
    """
)


def shape(url: str) -> list[Any]:
    """What was migrated, and the columns, constraints and triggers that came of it."""
    asked = (
        "SELECT app, name FROM django_migrations ORDER BY 1, 2",
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema IN ('public', 'exr', 'qc') ORDER BY 1, 2",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        "SELECT code FROM rushes_tasktype ORDER BY 1",
    )
    with psycopg.connect(url) as connection:
        return [connection.execute(query.encode()).fetchall() for query in asked]


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ("0001_storage_and_scans", 0),
        ("0005_studio", 0),
        ("", 3),
        ("", 70),
        ("", 150),
    ],
)
def test_a_migration_that_was_killed_is_completed_by_the_next_start(
    postgres_server: str, database_url: str, after: str, left: int
) -> None:
    with temporary_database(postgres_server) as url:
        ended = subprocess.run(
            [sys.executable, "-c", MIGRATING, url, after, str(left)],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert ended.returncode == -signal.SIGKILL, ended
        with closing(open_records(url, data_dir=Path())) as records:
            assert scanned(records, found_folder("show", "a.")).added == 1
        assert shape(url) == shape(database_url)


def test_two_servers_that_begin_at_once_migrate_once(
    postgres_server: str, database_url: str
) -> None:
    with temporary_database(postgres_server) as url:
        env = {"RUSHES_DATABASE_URL": url}
        options = ("--workers", "1")
        with starting(*options, env=env) as one, starting(*options, env=env) as other:
            until_ready(one)
            until_ready(other)
        made, wanted = shape(url), shape(database_url)
        assert [row for row in made[0] if row[0] == "rushes"] == wanted[0]
        assert len(made[0]) == len(set(made[0]))
        assert wanted[4] == made[4]
