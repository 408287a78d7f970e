"""Tables of Arrow rows with transactions, as far as the small VAST DataBase needs them.

A transaction sees what was committed when it began, and what it wrote itself. It cannot commit
when another has committed a change of a table that it changed, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

ROW_ID = "$row_id"
_LONGEST = 128 * 1024  # bytes of one text
TableName = tuple[str, str, str]  # bucket, schema, table


class RefusedError(Exception):
    """A request that cannot be done, as the status and code of an answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class Stored:
    """One table: `rows` have their ids in the first column, in their order; `version` counts."""

    rows: Any
    version: int = 0

    @property
    def columns(self) -> Any:
        """Its schema, without the row ids."""
        return self.rows.schema.remove(0)


@dataclass(slots=True)
class View:
    """What one transaction sees. Nothing in it is changed in place but the dictionaries."""

    schemas: set[tuple[str, str]]
    tables: dict[TableName, Stored]
    changed: set[TableName] = field(default_factory=set)


class Database:
    """Buckets with schemas and tables, all in memory."""

    def __init__(self, *buckets: str) -> None:
        self.buckets = set(buckets)
        self._committed = View(set(), {})
        self._open: dict[int, View] = {}
        self._numbers, self._row_ids = count(1), count(1)
        self._lock = Lock()

    @property
    def open_transactions(self) -> int:
        """How many were begun and neither committed nor rolled back."""
        return len(self._open)

    def rows(self, bucket: str, schema: str, table: str) -> list[dict[str, Any]]:
        """What is committed, for tests to look at."""
        found: list[dict[str, Any]] = self._committed.tables[bucket, schema, table].rows.to_pylist()
        return found

    def tables(self) -> list[TableName]:
        """The tables that are committed."""
        return sorted(self._committed.tables)

    def begin(self) -> int:
        """Open a transaction; its number."""
        with self._lock:
            number = next(self._numbers)
            seen = self._committed
            self._open[number] = View(set(seen.schemas), dict(seen.tables))
            return number

    def commit(self, number: int) -> None:
        """Make what it did seen by all. Raises `RefusedError` where another was there first."""
        with self._lock:
            mine, there = self.view(number), self._committed
            del self._open[number]
            for name in mine.changed:
                before, now = mine.tables[name], there.tables.get(name)
                if now is not None and now.version != before.version - 1:
                    raise RefusedError(409, "TabularConflict", "Somebody else changed it first.")
            self._committed = View(
                there.schemas | mine.schemas,
                there.tables | {name: mine.tables[name] for name in mine.changed},
            )

    def roll_back(self, number: int) -> None:
        """Forget what it did."""
        with self._lock:
            self.view(number)
            del self._open[number]

    def view(self, number: int) -> View:
        """What the transaction sees. Raises `RefusedError` where there is none of that number."""
        if number not in self._open:
            raise RefusedError(404, "TabularNoSuchTransaction", f"There is no transaction {number}")
        return self._open[number]

    def create_schema(self, view: View, bucket: str, schema: str) -> None:
        """A new schema. Raises `RefusedError`."""
        if (bucket, schema) in view.schemas:
            raise RefusedError(409, "TabularSchemaAlreadyExists", schema)
        view.schemas.add((bucket, schema))

    def create_table(self, view: View, name: TableName, columns: Any) -> None:
        """A new table. Raises `RefusedError`."""
        if name[:2] not in view.schemas:
            raise RefusedError(404, "TabularNoSuchSchema", name[1])
        if name in view.tables:
            raise RefusedError(409, "TabularTableAlreadyExists", name[2])
        whole = pa.schema([pa.field(ROW_ID, pa.uint64()), *columns])
        view.tables[name] = Stored(whole.empty_table(), 1)
        view.changed.add(name)

    def insert(self, view: View, name: TableName, batch: Any) -> Any:
        """New rows; their ids. Columns that are not given are NULL."""
        there = table_of(view, name)
        _refuse_others(there, batch)
        ids = pa.array([next(self._row_ids) for _ in range(batch.num_rows)], pa.uint64())
        arrays = [
            batch.column(one.name).cast(one.type)
            if one.name in batch.schema.names
            else pa.nulls(batch.num_rows, one.type)
            for one in there.columns
        ]
        new = pa.Table.from_arrays([ids, *arrays], schema=there.rows.schema)
        _put(view, name, pa.concat_tables([there.rows, new]))
        return ids

    def update(self, view: View, name: TableName, batch: Any) -> None:
        """Other values in the columns that are given, for the rows whose ids are given."""
        there = table_of(view, name)
        _refuse_others(there, batch)
        places = pc.index_in(batch.column(ROW_ID), value_set=there.rows[ROW_ID].combine_chunks())
        if places.null_count:
            raise RefusedError(400, "TabularNoSuchRow", "A row is not there.")
        rows = there.rows
        taken = pc.index_in(rows[ROW_ID].combine_chunks(), value_set=batch.column(ROW_ID))
        for one in batch.schema.names:
            if one == ROW_ID:
                continue
            kind = rows.schema.field(one).type
            both = pa.concat_arrays(
                [*rows[one].chunks, batch.column(one).cast(kind)]
                if rows[one].num_chunks
                else [batch.column(one).cast(kind)]
            )
            at = pc.if_else(
                pc.is_null(taken),
                pa.array(range(rows.num_rows), pa.int64()),
                pc.add(taken.cast(pa.int64()), rows.num_rows),
            )
            rows = rows.set_column(
                rows.schema.get_field_index(one), rows.schema.field(one), both.take(at)
            )
        _put(view, name, rows)

    def delete(self, view: View, name: TableName, batch: Any) -> None:
        """Rows that are there no more."""
        rows = table_of(view, name).rows
        gone = pc.is_in(rows[ROW_ID], value_set=batch.column(ROW_ID))
        _put(view, name, rows.filter(pc.invert(gone)))


def table_of(view: View, name: TableName) -> Stored:
    """One table. Raises `RefusedError`."""
    if name not in view.tables:
        raise RefusedError(404, "TabularNoSuchTable", name[2])
    return view.tables[name]


def below(view: View, bucket: str, schema: str) -> Iterator[str]:
    """The names of a schema's tables. Raises `RefusedError`."""
    if (bucket, schema) not in view.schemas:
        raise RefusedError(404, "TabularNoSuchSchema", schema)
    return (name[2] for name in sorted(view.tables) if name[:2] == (bucket, schema))


def _put(view: View, name: TableName, rows: Any) -> None:
    there = view.tables[name]
    version = there.version if name in view.changed else there.version + 1
    view.tables[name] = replace(there, rows=rows.combine_chunks(), version=version)
    view.changed.add(name)


def _refuse_others(there: Stored, batch: Any) -> None:
    strange = set(batch.schema.names) - {ROW_ID, *there.columns.names}
    if strange:
        raise RefusedError(400, "TabularNoSuchColumn", ", ".join(sorted(strange)))
    for one in batch.schema:
        if pa.types.is_string(one.type):
            longest = pc.max(pc.binary_length(batch.column(one.name))).as_py()
            if (longest or 0) > _LONGEST:
                raise RefusedError(400, "TabularCellTooLong", f"{longest} bytes in {one.name}")
