"""New shows: their settings checked before anything is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS
from rushes.model.scan import Actor
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.tracking import fields
from rushes.tracking.drafts import drafted
from rushes.tracking.project_naming import show_templates
from rushes.tracking.refusing import taken
from rushes.tracking.shows.applying import Written, applied
from rushes.tracking.shows.asked import Asked
from rushes.tracking.shows.checking import checked
from rushes.tracking.shows.plan import Plan
from rushes.tracking.shows.planning import planned
from rushes.tracking.shows.state import Show, projects, read_show, studio_types
from rushes.tracking.shows.templating import template_at

SYSTEMS = ("linux", "macos", "windows")


def this_system() -> str:
    """This machine's, as `roots` of shows have it."""
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def roots_of(given: Sequence[str]) -> dict[str, str]:
    r"""`DIR` for this system, or `windows=S:\shows\nv`, by system. Raises `usage`."""
    found: dict[str, str] = {}
    for one in given:
        system, equals, folder = one.partition("=")
        if not equals or system not in SYSTEMS:
            system, folder = this_system(), os.path.abspath(os.path.expanduser(one)) if one else ""
        if not folder or system in found:
            why = "is given twice" if folder else "is empty"
            raise RushesError(Code.USAGE, f"The root for {system} {why}.")
        found[system] = folder
    return found


def codes_alike(studio: Studio, code: str, *, access: Access) -> list[str]:
    """Shows whose codes differ from this one by the case of letters alone."""
    there = (str(one.fields["code"]) for one in projects(studio, access=access, archived=True))
    return [one for one in there if one != code and one.casefold() == code.casefold()]


class Creating:
    """A show about to be made, empty or as a template has it."""

    def __init__(self, studio: Studio, *, access: Access, template: Path | None = None) -> None:
        self._studio = studio
        self._access = access
        self._name = template.name if template is not None else ""
        self._asked = template_at(template) if template is not None else Asked()

    def plan(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], Plan]:
        """The fields of the project, complete, and what the template puts into it.

        What is `given` goes before the template. Raises `field.invalid`, `notation.invalid`, and
        `record.conflict` where the code is taken.
        """
        project = fields.new(KINDS["project"], {**self._asked.project, **given})
        show_templates(project["shot_grammar"], project["templates"])
        drafted(KINDS["project"], [project], look=_Nothing(), access=self._access)
        query = Query((Filter("code", Op.IS, project["code"]),), archived=True)
        if self._studio.find("project", query, access=self._access).rows:
            raise taken("project", "code", project["code"])
        row = {"id": 1, "revision": 1, "archived": None, **project}
        show = Show(Entity("project", 1, 1, row), types=studio_types(self._studio, self._access))
        return project, self._planned(show)

    def make(self, project: Mapping[str, Any], *, actor: Actor) -> tuple[int, Plan, Written]:
        """Make the project, and what its template puts into it; its number."""
        (made,) = self._studio.create("project", [project], access=self._access, actor=actor)
        show = read_show(self._studio, project["code"], access=self._access)
        plan = self._planned(show)
        return made.id, plan, applied(plan, self._studio, access=self._access, actor=actor)

    def _planned(self, show: Show) -> Plan:
        asked = replace(self._asked, project={})
        return checked(planned(show, asked), show, name=self._name, access=self._access)


class _Nothing:
    """`drafts.Look` where a project refers to nothing."""

    def rows(self, kind: str, ids: Collection[int]) -> Mapping[int, Any]:  # noqa: ARG002
        """None."""
        return {}
