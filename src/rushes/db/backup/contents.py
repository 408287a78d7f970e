"""What a database holds: counted in one moment, so that a backup can be held against it."""

from __future__ import annotations

from typing import Any

from psycopg import sql

from rushes.db.driving import Driver
from rushes.model.backup import Contents
from rushes.model.event import EventHead

# What migrations put there themselves.
_BY_ITSELF = frozenset(
    f"public.{name}"
    for name in (
        *("django_migrations", "django_content_type", "auth_permission", "rushes_tasktype"),
    )
)
# Unlogged tables hold what running scans have met: no backup has them. What an extension made, it
# makes again.
_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p'
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""


def contents(driver: Driver) -> Contents:
    """All that is counted, as this transaction sees it."""
    rows = {f"{schema}.{name}": _count(driver, schema, name) for schema, name in tables(driver)}
    head, waiting = EventHead(0, bytes(32).hex()), 0
    if "public.rushes_event" in rows:
        found = driver.execute(
            "SELECT position, encode(coalesce(seal, ''), 'hex') FROM rushes_event"
            " WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1"
        ).fetchone()
        head = EventHead(*found) if found else head
        waiting = _one(driver, "SELECT count(*) FROM rushes_event WHERE position IS NULL")
    return Contents(
        postgresql=version(driver),
        migrations=_migrations(driver, rows),
        rows=rows,
        extensions=_extensions(driver),
        head=head,
        waiting=waiting,
    )


def is_empty(held: Contents) -> bool:
    """Whether nothing was recorded yet, beside what migrations put there themselves."""
    return not any(count for table, count in held.rows.items() if table not in _BY_ITSELF)


def tables(driver: Driver) -> list[tuple[str, str]]:
    """All tables that a backup has, by schema and name."""
    return [(schema, name) for schema, name in driver.execute(_TABLES).fetchall()]


def version(driver: Driver) -> str:
    """The server's, as in 18.4."""
    number = driver.info.server_version
    return f"{number // 10_000}.{number % 10_000}"


def _extensions(driver: Driver) -> tuple[str, ...]:
    found = driver.execute("SELECT extname FROM pg_extension ORDER BY 1").fetchall()
    return tuple(name for (name,) in found)


def _migrations(driver: Driver, rows: dict[str, int]) -> tuple[str, ...]:
    if "public.django_migrations" not in rows:
        return ()
    found = driver.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return tuple(name for (name,) in found)


def _count(driver: Driver, schema: str, name: str) -> int:
    return _one(driver, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name)))


def _one(driver: Driver, query: Any) -> int:
    found = driver.execute(query).fetchone()
    assert found is not None
    return int(found[0])
