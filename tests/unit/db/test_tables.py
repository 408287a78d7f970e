"""The tables: as the models say, and of the kinds they have to be."""

from __future__ import annotations

from pathlib import Path

import psycopg

from rushes.db.connect import setup
from rushes.db.opening import open_records


def test_migrations_make_what_the_models_say(database_url: str) -> None:
    setup(database_url)
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    made = MigrationLoader(None).project_state()
    wanted = ProjectState.from_apps(apps)
    assert MigrationAutodetector(made, wanted)._detect_changes() == {}


def test_only_staging_is_unlogged(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT relname, relpersistence FROM pg_class"
            " WHERE relkind = 'r' AND relname LIKE 'rushes_%'"
        ).fetchall()
    unlogged = {name for name, kind in rows if kind == "u"}
    assert unlogged == {"rushes_staging", "rushes_stagedsequence", "rushes_stagedfolder"}
    assert len(rows) == 46


def test_an_open_database_is_opened_again_without_a_write(database_url: str) -> None:
    open_records(database_url, data_dir=Path()).close()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER DATABASE " + connection.info.dbname + " SET"
                           " default_transaction_read_only = on")  # fmt: skip
        open_records(database_url, data_dir=Path()).close()
