"""A plan as people read it: by file sequence, each with what becomes of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rushes.frames.group import Group, Rules, group
from rushes.frames.notation import format_frames
from rushes.model.files import Kind
from rushes.transfer.plan import Act, Operation

_MOST = 120  # characters of frames


class Row(NamedTuple):
    """A sequence or a single file, called `path` (not escaped), and what is to be done with it."""

    path: str
    operations: Sequence[Operation]

    @property
    def planned(self) -> Mapping[Act, int]:
        """How many files have what done with them."""
        return Counter(one.act for one in self.operations)

    @property
    def size(self) -> int:
        """Bytes of all its files, of those that go away at the target."""
        return sum(facts.size for one in self.operations if (facts := one.source or one.target))


def rows(operations: Iterable[Operation], rules: Rules) -> list[Row]:
    """The operations by sequence, by folder and name; each is in one row."""
    folders: dict[str, dict[str, Operation]] = {}
    for one in operations:
        above, slash, name = one.path.rpartition("/")
        folders.setdefault(f"{above}{slash}", {})[name] = one
    made: list[Row] = []
    for above, files in folders.items():
        found = (Row(f"{above}{name}", own) for name, own in _sequences(above, files, rules))
        made += found
    return sorted(made, key=lambda one: one.path)


def _sequences(
    above: str, files: Mapping[str, Operation], rules: Rules
) -> Iterator[tuple[str, Sequence[Operation]]]:
    names, own = list(files), list(files.values())
    found = group(names, rules, folder=above.rstrip("/"))
    for one in found.groups:
        members = range(len(names)) if one.members is None else one.members
        label = names[members[0]] if len(members) == 1 else _label(one)
        yield label, [own[at] for at in members]
    for at in (*found.hidden, *found.temporary):
        yield names[at], [own[at]]


def _label(one: Group) -> str:
    """`plate.1001-1100.exr`."""
    if one.kind is Kind.FILE:
        return one.head
    text = format_frames(one.frames, padding=one.padding, subframe_digits=one.subframe_digits)
    if len(text) > _MOST:
        text = f"{text[:_MOST].rpartition(',')[0]},…"
    return f"{one.head}{text}{one.tail}"
