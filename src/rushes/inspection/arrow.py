"""The four tables of image facts as Arrow has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from rushes.core.extras import not_installed
from rushes.inspection.rows import Row
from rushes.inspection.tables import TABLES, Kind
from rushes.ports.catalog import EMBEDDING, FINGERPRINT

_LENGTHS = {Kind.EMBEDDING: EMBEDDING, Kind.FINGERPRINT: FINGERPRINT}


def need(*, extra: str) -> None:
    """Raise `dependency.missing`, naming the extra that brings it, where Arrow is not installed."""
    try:
        import_module("pyarrow")
    except ImportError as error:
        raise not_installed("pyarrow", extra) from error


def schema(table: str, *, fixed: bool) -> Any:
    """The `pyarrow.Schema` of one table.

    Vectors are lists of a `fixed` size without holes, as what searches by them wants it, or of
    any size: Arrow cannot read lists of a fixed size from Parquet where some are NULL.
    """
    import pyarrow as pa

    columns = TABLES[table].items()
    return pa.schema([pa.field(name, _type(kind, fixed=fixed)) for name, kind in columns])


def batch(table: str, rows: Iterable[Row], *, fixed: bool) -> Any:
    """Rows as one `pyarrow.RecordBatch` of that schema."""
    import pyarrow as pa

    columns: Mapping[str, Kind] = TABLES[table]
    there = list(rows)
    arrays = [
        _array([row[name] for row in there], kind, fixed=fixed) for name, kind in columns.items()
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema(table, fixed=fixed))


def _array(values: list[Any], kind: Kind, *, fixed: bool) -> Any:
    import pyarrow as pa

    length = _LENGTHS.get(kind)
    if length is None or not fixed:
        return pa.array(values, _type(kind, fixed=fixed))
    # Where there is no vector, zeros lie below the NULL: the numbers themselves are never NULL.
    nothing = (0.0,) * length
    numbers = pa.array([number for one in values for number in (one or nothing)], pa.float32())
    mask = pa.array([one is None for one in values], pa.bool_())
    return pa.FixedSizeListArray.from_arrays(numbers, type=_type(kind, fixed=True), mask=mask)


def _type(kind: Kind, *, fixed: bool) -> Any:
    import pyarrow as pa

    length = _LENGTHS.get(kind)
    if length is not None:
        item = pa.field("item", pa.float32(), nullable=not fixed)
        return pa.list_(item, length) if fixed else pa.list_(item)
    return {
        Kind.TEXT: pa.string(),
        Kind.INT: pa.int32(),
        Kind.LONG: pa.int64(),
        Kind.FLOAT: pa.float32(),
        Kind.DOUBLE: pa.float64(),
        Kind.BOOL: pa.bool_(),
    }[kind]
