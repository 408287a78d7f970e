"""The attributes of a header, taken from its bytes; what was seen before is known at once.

Files of one program, parts of one file and above all frames of a sequence have most attributes in
common, and in the same order: so each attribute remembers which came next the last time, and
whole runs of attributes that came one after the other are compared at once.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

_unpacked = struct.Struct("<i").unpack_from
_LONG = 4096  # bytes of an attribute that is not remembered
_KEPT = 8192  # attributes of all files that are
_CHAINED = 4096  # attributes of one part that are
_SHORTEST = 3  # attributes of a run that is


class Attribute(NamedTuple):
    """One attribute: its bytes, as they lie in the file."""

    name: bytes
    type: bytes
    raw: bytes


class _Node:
    """An attribute with its bytes, how they begin (name and type), and what came next: the next
    one, and a run of some.
    """

    __slots__ = ("attribute", "next", "prefix", "run", "size", "whole")

    def __init__(self, whole: bytes, attribute: Attribute, prefix: bytes) -> None:
        self.whole, self.attribute, self.prefix = whole, attribute, prefix
        self.size = len(whole)
        self.next: _Node | None = None
        self.run: _Run | None = None


class _Run(NamedTuple):
    """Attributes that came one after the other, their bytes, and the last one's node."""

    data: bytes
    attributes: tuple[Attribute, ...]
    last: _Node


class _Memory:
    """Attributes seen in files whose names may be of one length. `first` stands before them."""

    def __init__(self) -> None:
        self.known: dict[bytes, _Node] = {}
        self.first = _Node(b"", Attribute(b"", b"", b""), b"")

    def node(self, whole: bytes, *, end: int, kind: int) -> _Node:
        """That of an attribute whose name and type end at those places."""
        found = self.known.get(whole)
        if found is None:
            made = Attribute(whole[:end], whole[end + 1 : kind], whole[kind + 5 :])
            found = self._kept(_Node(whole, made, whole[: kind + 1]))
        return found

    def another(self, whole: bytes, before: _Node) -> _Node:
        """That of an attribute which differs from `before` in nothing but its value."""
        found = self.known.get(whole)
        if found is None:
            name, kind, _ = before.attribute
            made = Attribute(name, kind, whole[len(before.prefix) + 4 :])
            found = self._kept(_Node(whole, made, before.prefix))
        return found

    def _kept(self, node: _Node) -> _Node:
        if len(self.known) >= _KEPT:
            self.known.clear()
        self.known[node.whole] = node
        return node


_memories: dict[int, _Memory] = {}


class DamagedError(Exception):
    """The header cannot be read on from `offset`."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


class ShortError(Exception):
    """The bytes at hand end before the header does."""

    def __init__(self, offset: int, wanted: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.wanted = wanted
        self.message = message


def attributes(data: bytes, at: int, most: int) -> tuple[tuple[Attribute, ...], int]:
    """The attributes from `at` to the byte that ends them, and where that leaves off.

    Names and types may have up to `most` bytes. Raises `DamagedError` and `ShortError`.
    """
    memory = _memories.setdefault(most, _Memory())
    node = start = memory.first
    found: list[Attribute] = []
    add, begins, total = found.append, data.startswith, len(data)
    start_at, count = at, 0
    while True:
        run = node.run
        if run is not None and begins(run.data, at):
            at += len(run.data)
            found += run.attributes
            node = start = run.last
            start_at, count = at, len(found)
            continue
        expected = node.next
        if expected is not None and begins(expected.whole, at):
            node = expected
            at += node.size
            add(node.attribute)
            continue
        if len(found) - count >= _SHORTEST and at - start_at <= _LONG:
            start.run = _Run(data[start_at:at], tuple(found[count:]), node)
        if at < total and data[at] == 0:
            return tuple(found), at + 1
        one, at = _taken(data, at, most, expected=expected, memory=memory)
        if isinstance(one, Attribute):
            add(one)
        else:
            add(one.attribute)
            if len(found) < _CHAINED:
                if one.next is None and expected is not None and one.prefix == expected.prefix:
                    one.next, one.run = expected.next, expected.run
                node.next = one
                node = one
        start, start_at, count = node, at, len(found)


def _taken(
    data: bytes, at: int, most: int, *, expected: _Node | None, memory: _Memory
) -> tuple[_Node | Attribute, int]:
    """The attribute at `at`, and where it ends; one that is too long to be kept without a node.

    Mostly only its value is another than `expected`.
    """
    if expected is not None and data.startswith(expected.prefix, at):
        start = at + len(expected.prefix) + 4
        size = _unpacked(data, start - 4)[0] if start <= len(data) else -1
        if 0 <= size <= _LONG and start + size <= len(data):
            return memory.another(data[at : start + size], expected), start + size
        kind = at + len(expected.prefix) - 1
        end = at + len(expected.attribute.name)
    else:
        end = data.find(b"\0", at, at + most + 1)
        kind = data.find(b"\0", end + 1, end + most + 2) if end >= 0 else -1
    start = kind + 5
    if kind < 0 or start > len(data):
        _refuse(data, at, most, end, kind)
    (size,) = _unpacked(data, kind + 1)
    stop = start + size
    if 0 <= size <= _LONG and stop <= len(data):
        return memory.node(data[at:stop], end=end - at, kind=kind - at), stop
    if size < 0:
        raise DamagedError(kind + 1, f"{_named(data, at, end)} has a size of {size} bytes")
    if stop > len(data):
        raise ShortError(
            start, stop, f"{_named(data, at, end)} has {size:,} bytes and the file ends in it"
        )
    return Attribute(data[at:end], data[end + 1 : kind], data[start:stop]), stop


def _refuse(data: bytes, at: int, most: int, end: int, kind: int) -> None:
    """Say why no attribute could be read at `at`."""
    limit = at + most + 1
    if end < 0 and len(data) >= limit:
        raise DamagedError(at, f"an attribute's name is longer than {most} bytes")
    if end < 0:
        raise ShortError(at, limit, "the file ends in an attribute's name")
    if kind < 0 and len(data) >= end + most + 2:
        raise DamagedError(
            end + 1, f"the type of {_named(data, at, end)} is longer than {most} bytes"
        )
    if kind < 0:
        raise ShortError(
            end + 1, end + most + 2, f"the file ends in the type of {_named(data, at, end)}"
        )
    raise ShortError(kind + 1, kind + 5, f"the file ends in the size of {_named(data, at, end)}")


def _named(data: bytes, at: int, end: int) -> str:
    return f"attribute {data[at:end].decode('utf-8', 'backslashreplace')!r}"
