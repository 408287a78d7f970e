"""A show's shots as files that an import reads again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rushes.ports.studio import Entity
from rushes.tracking.shows.cells import guarded
from rushes.tracking.shows.columns import PARENTS, TASKS, WRITTEN
from rushes.tracking.shows.document import written
from rushes.tracking.shows.ranges import rate_of
from rushes.tracking.shows.shot_rows import SCHEMA, shot_row, shots_in_use
from rushes.tracking.shows.state import Show
from rushes.tracking.shows.timeline import OURS, need

FORMATS = ("csv", "json", "yaml", "otio")
_CUT_ORDER = "cut_order"


def exported(show: Show, form: str) -> bytes:
    """The shots of a show that are in use, in one of `FORMATS`.

    The same show gives the same bytes. Raises `dependency.missing` for `otio`.
    """
    if form == "csv":
        return _sheet(show)
    if form == "otio":
        return _timeline(show)
    value = {"schema": SCHEMA, "show": show.code, "shots": _rows(show, shots_in_use(show))}
    return written(value, as_json=form == "json")


def _rows(show: Show, shots: Sequence[Entity]) -> list[dict[str, Any]]:
    tasks = show.tasks_of("shot")
    return [shot_row(show, one, tasks.get(one.id, ())) for one in shots]


def _sheet(show: Show) -> bytes:
    """Begins with a byte order mark, without which Excel takes UTF-8 for its own code page."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow([one.name for one in WRITTEN])
    for row in _rows(show, shots_in_use(show)):
        row[TASKS] = list(dict.fromkeys(one["type"] for one in row[TASKS]))
        sheet.writerow([guarded(one.written(row[one.name])) for one in WRITTEN])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _timeline(show: Show) -> bytes:
    """One track, a clip for each shot with its cut, or all of its frames where it has none.

    In the order of the cut where that is kept, else of their codes. Each clip carries its shot's
    row, by which it comes back whole.
    """
    need()
    from opentimelineio import adapters, schema

    rate = rate_of(show.project.fields["fps"])
    timeline = schema.Timeline(show.code)
    track = schema.Track("V1", kind=schema.TrackKind.Video)
    timeline.tracks.append(track)
    for row in _rows(show, sorted(shots_in_use(show), key=_place)):
        track.append(_clip(row, rate))
    return f"{adapters.write_to_string(timeline, 'otio_json')}\n".encode()


def _clip(row: dict[str, Any], rate: Fraction) -> Any:
    from opentimelineio import opentime, schema

    first, last = _frames(row)
    range_ = opentime.TimeRange(
        opentime.RationalTime(first, float(rate)),
        opentime.RationalTime(last - first + 1, float(rate)),
    )
    parents = [row[one] for one in PARENTS if row[one] is not None]
    names = [row["shot"]] if row["shot"].startswith(parents[-1]) else [*parents, row["shot"]]
    metadata = {OURS: {"shot": row, "frames": [first, last]}}
    return schema.Clip("_".join(names), source_range=range_, metadata=metadata)


def _frames(row: dict[str, Any]) -> tuple[int, int]:
    for first, last in (("cut_in", "cut_out"), ("frame_in", "frame_out")):
        if row[first] is not None and row[last] is not None:
            return row[first], row[last]
    return 0, 0


def _place(shot: Entity) -> float:
    place = shot.fields["custom"].get(_CUT_ORDER)
    return place if isinstance(place, int) else float("inf")
