"""Names of one folder to file sequences, in one pass.

1. Names fall into shapes (`parse`): what can be told from a shape is told once per shape.
2. In each shape the rightmost number that groups any names is the frame; where it groups
   nothing, the next to the left (`settle`). The usual folder is one comparison of bytes.
3. Names left over join a sequence of another width, or each other: 9 and 10, 9999 and 10000.
4. Each family of widths becomes one sequence per padding (`family`), or single files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rushes.frames import mixed, stereo, strays
from rushes.frames.family import Families, Track, tracks
from rushes.frames.grouped import Group, Grouping, Rules
from rushes.frames.parse import by_shape, read_shape
from rushes.frames.settle import Loose, pair, settle
from rushes.frames.temporary import left_out, patterns
from rushes.frames.udim import are_tiles
from rushes.model.files import Kind
from rushes.model.frames import FrameSet

__all__ = ["Group", "Grouping", "Rules", "group"]

_NO_FRAMES = FrameSet()


def group(names: Sequence[str], rules: Rules, *, folder: str = "") -> Grouping:
    """Sequences and single files among `names`, which are those of one folder, each once.

    `folder` is the folder's path, as far as it is known: it tells textures from renders.
    """
    result = Grouping()
    if not names:
        return result
    families = Families()
    loose: list[Loose] = []
    singles: list[int] = []
    for shape, members in _kept(names, rules, result):
        own = names if members is None else [names[at] for at in members]
        for one in settle(read_shape(shape, rules.subframes), own, members):
            if isinstance(one, Loose):
                loose.append(one)
            elif (odd := families.add(one)) is not None:
                singles.append(odd)
    if loose:
        for paired in pair(loose, families):
            at = paired if isinstance(paired, int) else families.add(paired)
            if at is not None:
                singles.append(at)
    _form(families, rules, folder=folder, into=result, singles=singles)
    result.groups += [Group(names[at], "", 0, Kind.FILE, _NO_FRAMES, [at]) for at in singles]
    return result


def _kept(
    names: Sequence[str], rules: Rules, result: Grouping
) -> Iterator[tuple[str, list[int] | None]]:
    """Shapes with the positions of their names; hidden and temporary ones go to the result."""
    asks = patterns(rules.temporary).names
    for shape, members in by_shape(names).items():
        if asks is not None:  # patterns with digits cannot be held against a shape
            every = range(len(names)) if members is None else members
            result.temporary += (gone := [at for at in every if asks(names[at])])
            if gone:
                members = sorted(set(every).difference(gone))
                if not members:
                    continue
        why = left_out(shape, rules.temporary)
        if why:
            left = result.temporary if why == "temporary" else result.hidden
            left += range(len(names)) if members is None else members
        else:
            yield shape, members


def _form(
    families: Families, rules: Rules, *, folder: str, into: Grouping, singles: list[int]
) -> None:
    """Make groups of the families; positions that turn out single files go to `singles`."""
    for (head, tail, _), cells in families.cells.items():
        found = tracks(cells, rules)
        groups: list[Group | None] = []
        for track in found:
            made = _sequence(track, head, tail, rules=rules, folder=folder)
            groups.append(made)
            if made is None:
                singles += _every(track)
                continue
            into.groups.append(made)
            if made.members is not None and len(made.members) < track.count:
                astray = sorted(set(_every(track)).difference(made.members))
                into.findings.append(strays.finding(made, len(astray)))
                singles += astray
        if len(found) > 1:
            into.findings += mixed.findings(head, tail, found, groups)
    if len(into.groups) > 1:
        into.findings += stereo.findings(into.groups)


def _sequence(track: Track, head: str, tail: str, *, rules: Rules, folder: str) -> Group | None:
    """The sequence that a track is; None where its files are single ones."""
    slot, count = track.cells[0].slot, track.count
    if count == 1 and not slot.plain:
        return None
    frames: FrameSet
    members: list[int] | None
    if track.is_sparse(rules):
        frames, members = strays.core(track, rules)
        if not frames:
            return None
    else:
        frames, members = track.frames(), track.members()
    kind = Kind.FRAMES
    if track.padding == 4 and not slot.subframe_digits and are_tiles(head, tail, frames, folder):
        kind = Kind.TILES
    return Group(head, tail, track.padding, kind, frames, members, slot.subframe_digits)


def _every(track: Track) -> Sequence[int]:
    """The positions of a track's names."""
    members = track.members()
    return range(track.count) if members is None else members
