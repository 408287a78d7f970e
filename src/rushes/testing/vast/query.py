"""Questions and answers of the small VAST DataBase: what the SDK asks, and how it is told.

A question is a `Relation` of Arrow's compute representation: the columns of the table that
matter, a predicate over them, and which of them are wanted, by the place that each has when those
within lists are counted, too. An answer is a run of Arrow messages, one stream for each column,
every message behind the number of its sub-split and the row to go on from.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from rushes.testing.vast.tables import ROW_ID, RefusedError

_IR = "vastdb.vast_flatbuf.org.apache.arrow.computeir.flatbuf"
_END = 0xFFFFFFFFFFFF  # the row to go on from, after the last
_DONE = 0xFFFFFFFF - 1  # the stream that says so
_NO_MORE = b"\xff\xff\xff\xff\0\0\0\0"  # the last message of an Arrow stream
_LITERALS = (
    *("NONE", "Boolean", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"),
    *("Date", "Time", "Timestamp", "Interval", "Duration", "Decimal"),
    *("Float16", "Float32", "Float64", "List", "Struct", "Map", "String", "Binary"),
)
_LITERAL, _FIELD, _CALL = 1, 2, 3
_COMPARED: Mapping[str, Callable[..., Any]] = {
    "equal": pc.equal,
    "not_equal": pc.not_equal,
    "greater": pc.greater,
    "greater_equal": pc.greater_equal,
    "less": pc.less,
    "less_equal": pc.less_equal,
    "is_null": pc.is_null,
    "is_valid": pc.is_valid,
}


@dataclass(frozen=True, slots=True)
class Split:
    """Which part of a table is asked for, and from which row on each of its sub-splits."""

    number: int
    starts: Mapping[int, int]
    limit: int


def answer(question: bytes, rows: Any, split: Split) -> bytes:
    """The bytes that tell the rows a question asks for. All of them are in the first sub-split."""
    source = _table("Relation").GetRootAs(question, 0).Impl()
    source = _of("Source", source)
    places = list(_places(source.Schema()))
    wanted = [places[source.Projection(at).Position()] for at in range(source.ProjectionLength())]
    found = rows
    if source.Filter() is not None:
        held = _evaluated(source.Filter(), rows, places)
        found = rows if held is None else rows.filter(held)
    out: list[bytes] = []
    for number, start in split.starts.items():
        if start == _END:
            continue
        first = number == 0 and split.number == 0
        out += _stream(number, found if first else found.slice(0, 0), wanted, start, split.limit)
    return b"".join([*out, struct.pack("<L", _DONE)])


def _stream(
    number: int, rows: Any, wanted: Sequence[str], start: int, limit: int
) -> Iterator[bytes]:
    rest = rows.filter(pc.greater_equal(rows[ROW_ID], pa.scalar(start, pa.uint64())))
    some = rest.slice(0, limit) if limit else rest
    following = _END if some.num_rows == rest.num_rows else rest[ROW_ID][some.num_rows].as_py()
    head = struct.pack("<LQ", number, following)
    for name in wanted:
        column = some.select([name]).combine_chunks()
        yield head + column.schema.serialize().to_pybytes()
        for batch in column.to_batches():
            yield head + batch.serialize().to_pybytes()
        yield head + _NO_MORE


def _places(schema: Any) -> Iterator[str]:
    """The column that each place belongs to, lists before what they are lists of."""

    def counted(field: Any) -> int:
        return 1 + sum(counted(field.Children(at)) for at in range(field.ChildrenLength()))

    for at in range(schema.FieldsLength()):
        field = schema.Fields(at)
        for _ in range(counted(field)):
            yield field.Name().decode()


def _evaluated(expression: Any, rows: Any, places: Sequence[str]) -> Any:
    """A column, a number or a text, or what a function makes of such; None for nothing asked."""
    kind, inner = expression.ImplType(), expression.Impl()
    if kind == _FIELD:
        at = _of("FieldIndex", _of("FieldRef", inner).Ref()).Position()
        return rows[places[at]]
    if kind == _LITERAL:
        literal = _of("Literal", inner)
        name = _LITERALS[literal.ImplType()]
        value = _of(f"{name}Literal", literal.Impl()).Value()
        return value.decode() if isinstance(value, bytes) else value
    if kind != _CALL:
        raise RefusedError(501, "NotImplemented", f"An expression of kind {kind}.")
    call = _of("Call", inner)
    name = call.Name().decode()
    given = [_evaluated(call.Arguments(at), rows, places) for at in range(call.ArgumentsLength())]
    return _called(name, given)


def _called(name: str, given: list[Any]) -> Any:
    if name in ("and", "or"):
        joined = None
        for one in given:
            if joined is None or one is None:
                joined = one if joined is None else joined
            else:
                joined = (pc.and_kleene if name == "and" else pc.or_kleene)(joined, one)
        return joined
    if name in _COMPARED:
        return _COMPARED[name](*given)
    raise RefusedError(501, "NotImplemented", f"The function {name}.")


def _table(name: str) -> Any:
    return getattr(import_module(f"{_IR}.{name}"), name)


def _of(name: str, inner: Any) -> Any:
    """What a union holds, as the table of that name."""
    made = _table(name)()
    made.Init(inner.Bytes, inner.Pos)
    return made
