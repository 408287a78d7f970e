"""How names of files are made and read: the templates of the settings, or of a project."""

from __future__ import annotations

from contextlib import closing

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.ports.studio import Access
from rushes.tracking.naming_templates import Templates, built_in, chosen
from rushes.tracking.project_naming import naming_of
from rushes.tracking.shows.state import find_project


def templates_of(settings: Settings, like: str | None) -> Templates:
    """The templates of the settings, or the set that was asked for."""
    if like is not None:
        return built_in(like)
    naming = settings.naming
    tables = {"templates": naming.templates, "shots": naming.shots, "tokens": naming.tokens}
    return chosen(naming.like or "", tables)


def templates_on_record(settings: Settings, project: str, *, like: str | None = None) -> Templates:
    """The naming of a project's record; what it has none of is as in the settings.

    Raises `usage` where a set is asked for besides, `record.not_found`, `notation.invalid`, and
    what keeps the records from being reached.
    """
    if like is not None:
        raise RushesError(
            Code.USAGE,
            "--project and --like are given both.",
            hint="Ask for the project's own naming, or for a set that comes along.",
        )
    with closing(bootstrap.studio(settings)) as studio:
        found = find_project(studio, project, access=Access(everything=True))
    return naming_of(found.fields, templates_of(settings, None))
