"""Which deletions of a plan have to come before moves: what was a file is a folder now, or back.

No file system can hold `a` and `a/b`, nor can an S3 server that keeps its objects in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rushes.core.names import folders_above
from rushes.transfer.plan import Act, Operation, Plan

_LEFT = frozenset((Act.SAME, Act.CONFLICT, Act.REFUSED, Act.DELETE))


class Turns(NamedTuple):
    """What is done in turn: `free` moves, deletions that stand `in_the_way` of others, these others
    (`blocked`), and all other deletions (`gone`).
    """

    free: Sequence[Operation]
    in_the_way: Sequence[Operation]
    blocked: Sequence[Operation]
    gone: Sequence[Operation]


def turns(made: Plan) -> Turns:
    """The plan's moves and deletions, each in one turn."""
    moves = [one for one in made.operations if one.act not in _LEFT]
    gone = [*made.of(Act.DELETE)]
    if not gone or not moves:
        return Turns(moves, (), (), gone)
    files = {one.path for one in gone}
    folders = set(_above(files))
    new = {one.path for one in moves if one.act is Act.NEW}
    below = new & folders  # files to be, of whose names there are folders
    over = {path for path in new if not files.isdisjoint(folders_above(path))}
    blocked = below | over
    if not blocked:
        return Turns(moves, (), (), gone)
    wanted = set(_above(over))
    first = {path for path in files if path in wanted or not below.isdisjoint(folders_above(path))}
    return Turns(
        [one for one in moves if one.path not in blocked],
        [one for one in gone if one.path in first],
        [one for one in moves if one.path in blocked],
        [one for one in gone if one.path not in first],
    )


def _above(paths: Iterable[str]) -> Iterator[str]:
    """The folders that any of these lie in; those of one folder are told once or a few times."""
    return (one for above in {path.rpartition("/")[0] for path in paths} for one in _up(above))


def _up(folder: str) -> Iterator[str]:
    if folder:
        yield folder
        yield from folders_above(folder)
