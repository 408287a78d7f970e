"""File sequences on record that lack frames, judged as `rushes missing` judges those on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from rushes.core.escape import escape
from rushes.db.rows import SEQUENCE_COLUMNS, sequence_of
from rushes.frames.missing import missing
from rushes.frames.notation import brief_frames
from rushes.model.files import FileSequence
from rushes.model.frames import FrameRange
from rushes.scan.gaps import subject
from rushes.scan.layout import Layout
from rushes.scan.shots import ShotRanges, expectations
from rushes.scan.shots_on_record import NOT_DUE, RangesOnRecord, ShotOnRecord

_CANDIDATES = 2_000  # file sequences that are looked at for one page, those that may lack most

# What may lack a frame, and about how many. Of frames at equal distances none is missing, unless
# a shot says more, and two alone are no distance.
_HOLED = """
    SELECT s.id, ceil((s.last_frame - s.first_frame + 1 - s.files) / power(10, s.subframe_digits))
      FROM rushes_sequencerow s
     WHERE s.kind = 'frames' AND s.last_frame - s.first_frame + 1 > s.files
       AND (s.files = 2 OR s.frames LIKE '%%,%%')
"""
# The shots' codes are held against the folder's names, where the folder structure has them.
_CUT_SHORT = """
    SELECT s.id, greatest(s.first_frame - r.first * unit, 0) / unit
               + greatest(r.last * unit - s.last_frame, 0) / unit
      FROM (SELECT id, kind, folder, first_frame, last_frame, CASE subframe_digits WHEN 0 THEN 1
                   ELSE power(10, subframe_digits)::bigint END AS unit FROM rushes_sequencerow) s
      JOIN {ranges} r ON {places}
     WHERE s.kind = 'frames' AND s.first_frame <= r.last * unit AND s.last_frame >= r.first * unit
       AND (s.first_frame > r.first * unit OR s.last_frame < r.last * unit)
"""
_FOUND = """
    WITH on_record (show, sequence, shot, first, last, alone) AS MATERIALIZED (
        SELECT * FROM (
            SELECT p.code COLLATE "C", q.code COLLATE "C", t.code COLLATE "C",
                   t.frame_in AS first, t.frame_out AS last,
                   count(*) OVER (PARTITION BY p.code, t.code) = 1
              FROM rushes_shot t JOIN rushes_sequence q ON q.id = t.sequence_id
              JOIN rushes_project p ON p.id = t.project_id
             WHERE t.archived IS NULL AND q.archived IS NULL AND p.archived IS NULL
        ) AS shots WHERE first IS NOT NULL AND last IS NOT NULL
    ), told (show, sequence, shot, first, last) AS MATERIALIZED (
        SELECT show COLLATE "C", sequence COLLATE "C", shot COLLATE "C", first, last
          FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
            AS given (show, sequence, shot, first, last)
    ), candidate (id, lost) AS (
        SELECT id, max(lost) FROM ({arms}) AS arm (id, lost)
         GROUP BY id ORDER BY max(lost) DESC, id LIMIT {most}
    )
    SELECT r.name, {columns} FROM candidate c
      JOIN rushes_sequencerow s ON s.id = c.id JOIN rushes_storageroot r ON r.id = s.root_id
"""
_SHOTS = """
    SELECT p.code, q.code, t.code, t.status, t.frame_in, t.frame_out
      FROM rushes_shot t JOIN rushes_sequence q ON q.id = t.sequence_id
      JOIN rushes_project p ON p.id = t.project_id
     WHERE p.code = ANY(%s) AND t.code = ANY(%s)
       AND t.archived IS NULL AND q.archived IS NULL AND p.archived IS NULL
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A file sequence with missing frames: which and how many, and held against what."""

    path: str
    frames: str
    missing: int
    against: str


class Lacking(NamedTuple):
    """Those that lack frames, the most first. `cut_off` where more may than were looked at."""

    gaps: Sequence[Gap]
    cut_off: bool


def lacking(layout: Layout, shots: Mapping[str, str]) -> Lacking:
    """All of them, in two queries, held against the ranges of `shots` in the settings, else
    against those on record, else from the first to the last frame found.
    """
    told = expectations(shots, layout, source=lambda _key: "the server's settings")
    found = _candidates(layout, told)
    sequences = [sequence for _, sequence in found[:_CANDIDATES]]
    on_record = _shots(layout, sequences)
    expect = RangesOnRecord(told, layout, None, ask=lambda show: on_record.get(show, ()))
    gaps = []
    for root, sequence in found[:_CANDIDATES]:
        lost = missing(sequence, expect(sequence))
        if lost.missing:
            frames = brief_frames(lost.missing, subframe_digits=sequence.subframe_digits)
            path = f"{root}/{subject(sequence)}"
            gaps.append(Gap(path, frames, len(lost.missing), lost.source))
    gaps.sort(key=lambda one: (-one.missing, one.path))
    return Lacking(gaps, len(found) > _CANDIDATES)


def _candidates(layout: Layout, told: ShotRanges) -> list[tuple[str, FileSequence]]:
    ends = told.ends()
    columns = ", ".join(f"s.{name}" for name in SEQUENCE_COLUMNS)
    statement = _FOUND.format(
        arms=" UNION ALL ".join(_arms(layout, told=bool(ends))),
        most=_CANDIDATES + 1,
        columns=columns,
    )
    given = [[*column] for column in zip(*ends, strict=True)] if ends else [[]] * 5
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [(row[0], sequence_of(row[1:]).sequence) for row in cursor.fetchall()]


def _arms(layout: Layout, *, told: bool) -> Iterator[str]:
    yield _HOLED
    levels = ("show", "shot", "sequence")
    # Structures that have these levels at the same depths name the same shots.
    known = {tuple(depths.get(one) for one in levels) for depths in layout.depths}
    for depths in known:
        show, shot, sequence = (
            "" if depth is None else f"split_part(s.folder, '/', {depth + 1})" for depth in depths
        )
        if not shot:
            continue
        places = f"r.show = {show} AND r.shot = {shot}"
        # A folder that names no sequence is of the only shot that is called so.
        within = f"{places} AND " + (f"r.sequence = {sequence}" if sequence else "r.alone")
        yield _CUT_SHORT.format(ranges="on_record", places=within)
        if told:  # the settings name a shot with its sequence or without
            among = f"{places} AND r.sequence IN ('', {sequence})" if sequence else places
            yield _CUT_SHORT.format(ranges="told", places=among)


def _shots(
    layout: Layout, sequences: Iterable[FileSequence]
) -> Mapping[str, Sequence[ShotOnRecord]]:
    """The shots that these may lie in, by show: all that are called like those of the folders."""
    places = {layout.place(one.folder) for one in sequences}
    # Folders may be called what no record can be.
    clean = [
        one for one in places if one.shot and escape(one.show + one.shot) == one.show + one.shot
    ]
    shows, names = sorted({one.show for one in clean}), sorted({one.shot for one in clean})
    found: dict[str, list[ShotOnRecord]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SHOTS, [shows, names])
        for show, within, code, status, first, last in cursor.fetchall():
            known = first is not None and last is not None
            frames = FrameRange(first, last) if known else None
            due = status not in NOT_DUE
            found.setdefault(show, []).append(ShotOnRecord(show, within, code, frames, due))
    return found
