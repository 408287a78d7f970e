"""A template planned against a show."""

from __future__ import annotations

from pathlib import Path

from rushes.ports.studio import Access, Studio
from rushes.tracking.shows.asked import Asked
from rushes.tracking.shows.checking import checked
from rushes.tracking.shows.document import by_ending
from rushes.tracking.shows.plan import Plan
from rushes.tracking.shows.planning import planned
from rushes.tracking.shows.state import read_show
from rushes.tracking.shows.template import read_template
from rushes.tracking.shows.text import content


def template_at(path: Path) -> Asked:
    """The template in a file. Raises as `read_template` does, and where it cannot be read."""
    is_json = by_ending(path.name)
    return read_template(content(path), name=path.name, is_json=is_json)


def plan_template(studio: Studio, code: str, path: Path, *, access: Access) -> Plan:
    """What the template in a file would write; nothing is written.

    Raises `record.not_found` for the show, and as `template_at` does.
    """
    asked = template_at(path)
    show = read_show(studio, code, access=access)
    return checked(planned(show, asked), show, name=path.name, access=access)
