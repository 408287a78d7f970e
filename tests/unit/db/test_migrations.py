"""Databases of every state that there was come up to the present one with all they hold.

`states/state_0005.py` fills what the migration 0005 made, at that state, and says what must be true
of it at the present one. A migration without such a file fails here.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from rushes.db import migrations
from rushes.db.backup.programs import client
from rushes.db.connect import setup
from rushes.db.opening import open_records
from rushes.testing.postgres import in_database, temporary_database

STATES = sorted(module.name for module in iter_modules(migrations.__path__))
_BY_TYPE: dict[str, Any] = {
    "TextField": "", "CharField": "", "EmailField": "", "IntegerField": 1, "BigIntegerField": 1,
    "FloatField": 1.0, "BooleanField": False, "JSONField": {}, "ArrayField": [],
    "BinaryField": b"",
}  # fmt: skip


@cache
def state_set(name: str) -> ModuleType:
    """The data of the migration `name`."""
    number = name.split("_")[0]
    path = Path(__file__).parent / "states" / f"state_{number}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def covered() -> list[str]:
    """The migrations that have a data set."""
    folder = Path(__file__).parent / "states"
    return [one for one in STATES if (folder / f"state_{one.split('_')[0]}.py").is_file()]


class Make:
    """Makes rows by the models of one state; what is not given is filled in by its type."""

    def __init__(self, alias: str, apps: Any) -> None:
        self._alias, self._apps = alias, apps

    @property
    def driver(self) -> psycopg.Connection[Any]:
        """The database itself."""
        connection = connections[self._alias]
        connection.ensure_connection()
        driver: psycopg.Connection[Any] = connection.connection
        return driver

    def __call__(self, model: str, **given: Any) -> Any:
        """One row."""
        kind = self._apps.get_model("rushes", model)
        whole = dict(given)
        for field in kind._meta.concrete_fields:
            if field.name in given or field.primary_key or field.is_relation:
                continue
            if not field.null and not field.has_default() and not field.has_db_default():
                whole[field.name] = _BY_TYPE[type(field).__name__]
        return kind.objects.using(self._alias).create(**whole)

    def found(self, model: str) -> Any:
        """A row that an earlier state made."""
        rows = self._apps.get_model("rushes", model).objects.using(self._alias)
        return rows.order_by("pk").first()


def move_to(url: str, name: str) -> Any:
    """Migrate to the state `name`, and return its models."""
    alias = setup(url)
    executor = MigrationExecutor(connections[alias])
    target = [("rushes", name)]
    executor.migrate(target)
    return executor.loader.project_state(target).apps


@pytest.fixture(scope="module")
def filled(postgres_server: str) -> Iterator[dict[str, str]]:
    """A database for each state, filled at that state and at each before it; to be copied."""
    made: dict[str, str] = {}
    with (
        temporary_database(postgres_server) as url,
        closing(psycopg.connect(postgres_server, autocommit=True)) as server,
    ):
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        for state in covered():
            apps = move_to(url, state)
            state_set(state).fill(Make(setup(url), apps))
            connections[setup(url)].close()
            made[state] = f"state_{uuid4().hex[:12]}"
            # They go with the server.
            server.execute(f'CREATE DATABASE "{made[state]}" TEMPLATE "{name}"'.encode())
        yield made


def rows_of(url: str) -> dict[str, dict[str, dict[str, Any]]]:
    """All rows by table and key; those of staging are nobody's to keep."""
    told: dict[str, dict[str, dict[str, Any]]] = {}
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'p'"
            " AND relname LIKE 'rushes\\_%'"
        ).fetchall()
        for (table,) in found:
            whole = connection.execute(f'SELECT to_jsonb(t) FROM "{table}" t'.encode()).fetchall()
            told[table] = {_key(row): row for (row,) in whole}
    return told


def schema_of(url: str) -> list[str]:
    """Tables, functions, triggers and views as PostgreSQL itself writes them down."""
    with psycopg.connect(url) as connection:
        version = connection.info.parameter_status("server_version") or ""
    told = client(url, version).run("pg_dump", "--schema-only", "--no-owner").decode()
    # A word of pg_dump's own, another in each dump.
    return [line for line in told.splitlines() if not line.startswith(("\\restrict", "\\unrest"))]


def _key(row: dict[str, Any]) -> str:
    for name in ("id", "base_id", "webhook_id"):
        if name in row:
            return str(row[name])
    return json.dumps([row.get("sequence_id"), row.get("frame")])


def _declared(name: str, after: str) -> Iterator[Any]:
    """What the migrations after a state say of themselves."""
    for state in covered():
        if state > after and hasattr(state_set(state), name):
            yield getattr(state_set(state), name)


def test_every_migration_has_a_data_set() -> None:
    assert covered() == STATES, "write tests/unit/db/states/state_NNNN.py for the new migration"


def test_every_table_of_a_state_is_filled(filled: dict[str, str], postgres_server: str) -> None:
    last = covered()[-1]
    told = rows_of(in_database(postgres_server, filled[last]))
    assert [table for table, rows in told.items() if not rows] == []


class Risen(NamedTuple):
    """A database that was brought up from `state`, and what it held there."""

    state: str
    url: str
    before: dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module", params=covered())
def risen(
    request: pytest.FixtureRequest, filled: dict[str, str], postgres_server: str
) -> Iterator[Risen]:
    """A filled database of each state, brought up to the present one."""
    with temporary_database(postgres_server, template=filled[request.param]) as url:
        before = rows_of(url)
        open_records(url, data_dir=Path()).close()
        connections[setup(url)].close()
        yield Risen(request.param, url, before)


@pytest.fixture(scope="module")
def schema_anew(postgres_server: str, _migrated: str) -> list[str]:
    """The schema of a database that had none before."""
    return schema_of(in_database(postgres_server, _migrated))


def test_a_database_of_any_state_is_made_as_a_new_one(risen: Risen, schema_anew: list[str]) -> None:
    assert schema_of(risen.url) == schema_anew


def test_a_database_of_any_state_comes_up_with_all_it_holds(risen: Risen) -> None:
    state, after = risen.state, rows_of(risen.url)
    for table, rows in risen.before.items():
        if any(table in names for names in _declared("REWRITTEN", state)):
            continue
        now, gone = table, set()
        for names in _declared("RENAMED", state):
            now = names.get(now, now)
        for columns in _declared("DROPPED", state):
            gone |= set(columns.get(now, ()))
        for key, row in rows.items():
            kept = {name: value for name, value in row.items() if name not in gone}
            assert kept.items() <= after[now][key].items(), (table, key)
    for one in covered():
        if one <= state:
            state_set(one).check(risen.url)
    connections[setup(risen.url)].close()
