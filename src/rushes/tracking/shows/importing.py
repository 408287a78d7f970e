"""A file of shots of any kind, planned against the records."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.ports.studio import Access, Studio
from rushes.tracking.refusing import shown
from rushes.tracking.shows.asked import Asked
from rushes.tracking.shows.checking import checked
from rushes.tracking.shows.clip_names import ShotNames
from rushes.tracking.shows.cutting import Counting, asked_of
from rushes.tracking.shows.plan import Plan
from rushes.tracking.shows.planning import Options, planned
from rushes.tracking.shows.ranges import rate_of
from rushes.tracking.shows.sheet import read_sheet
from rushes.tracking.shows.shot_rows import read_shots
from rushes.tracking.shows.state import Show, read_show
from rushes.tracking.shows.text import content
from rushes.tracking.shows.timeline import read_cut

ENDINGS = ("csv", "edl", "otio", "json", "yaml", "yml")


@dataclass(frozen=True)
class Importing:
    """How a file is taken."""

    options: Options = field(default_factory=Options)
    counting: Counting = field(default_factory=Counting)


def plan_import(studio: Studio, code: str, path: Path, *, how: Importing, access: Access) -> Plan:
    """What an import of the file would write; nothing is written.

    Raises `record.not_found` for the show, `path.not_found`, `field.invalid` with the places of
    all that makes no sense, and `dependency.missing` for cuts without OpenTimelineIO.
    """
    kind = _kind(path)
    data = content(path)
    show = read_show(studio, code, access=access)
    asked = _asked(data, kind, path.name, show=show, how=how)
    return checked(planned(show, asked, how.options), show, name=path.name, access=access)


def _kind(path: Path) -> str:
    ending = path.suffix.removeprefix(".").casefold()
    if ending not in ENDINGS:
        raise RushesError(
            Code.USAGE,
            f"{shown(path.name)} is of no kind that is read.",
            hint=f"There are: {', '.join(f'.{one}' for one in ENDINGS)}."
            " Spreadsheets are saved as CSV first.",
        )
    return ending


def _asked(data: bytes, kind: str, name: str, *, show: Show, how: Importing) -> Asked:
    if kind in ("json", "yaml", "yml"):
        return read_shots(data, name=name, is_json=kind == "json")
    names = ShotNames(show)
    if kind == "csv":
        return read_sheet(data, name=name, names=names, handles=show.project.fields["handles"])
    cut = read_cut(data, kind=kind, name=name, rate=rate_of(show.project.fields["fps"]))
    return asked_of(cut, show, names=names, counting=how.counting)
