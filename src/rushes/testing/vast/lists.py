"""The flatbuffers by which the small VAST DataBase tells what there is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

_TABULAR = "vastdb.vast_flatbuf.tabular"


def schemas(bucket: str, names: Sequence[str]) -> bytes:
    """A `ListSchemasResponse`."""
    made, builder = import_module(f"{_TABULAR}.ListSchemasResponse"), _builder()
    objects = _objects(builder, [(name, 0) for name in names], made.StartSchemasVector)
    bucket_name = builder.CreateString(bucket)
    made.Start(builder)
    made.AddBucketName(builder, bucket_name)
    made.AddSchemas(builder, objects)
    return _finished(builder, made.End(builder))


def tables(bucket: str, schema: str, sizes: Sequence[tuple[str, int]]) -> bytes:
    """A `ListTablesResponse` of names and how many rows each has."""
    made, builder = import_module(f"{_TABULAR}.ListTablesResponse"), _builder()
    objects = _objects(builder, sizes, made.StartTablesVector)
    bucket_name, schema_name = builder.CreateString(bucket), builder.CreateString(schema)
    made.Start(builder)
    made.AddBucketName(builder, bucket_name)
    made.AddSchemaName(builder, schema_name)
    made.AddTables(builder, objects)
    return _finished(builder, made.End(builder))


def stats(rows: int, size: int) -> bytes:
    """A `GetTableStatsResponse` that names this machine as the only one there is."""
    made, builder = import_module(f"{_TABULAR}.GetTableStatsResponse"), _builder()
    vip = import_module(f"{_TABULAR}.VipRange")
    address = builder.CreateString("127.0.0.1")
    vip.Start(builder)
    vip.AddStartAddress(builder, address)
    vip.AddAddressCount(builder, 1)
    ranges = _vector(builder, [vip.End(builder)], made.StartVipsVector)
    made.Start(builder)
    made.AddNumRows(builder, rows)
    made.AddSizeInBytes(builder, size)
    made.AddVips(builder, ranges)
    return _finished(builder, made.End(builder))


def _objects(builder: Any, sizes: Sequence[tuple[str, int]], start: Any) -> int:
    details = import_module(f"{_TABULAR}.ObjectDetails")
    offsets = []
    for number, (name, rows) in enumerate(sizes, 1):
        called, nothing = builder.CreateString(name), builder.CreateString("")
        handle = builder.CreateString(str(number))
        details.Start(builder)
        details.AddName(builder, called)
        details.AddProperties(builder, nothing)
        details.AddHandle(builder, handle)
        details.AddNumRows(builder, rows)
        offsets.append(details.End(builder))
    return _vector(builder, offsets, start)


def _vector(builder: Any, offsets: Sequence[int], start: Any) -> int:
    start(builder, len(offsets))
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    made: int = builder.EndVector()
    return made


def _builder() -> Any:
    return import_module("flatbuffers").Builder(1024)


def _finished(builder: Any, root: int) -> bytes:
    builder.Finish(root)
    return bytes(builder.Output())
