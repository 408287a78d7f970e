"""The project that somebody names by its code or title, by its show code, or by both."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.roster import project_of

if TYPE_CHECKING:
    from rushes.core.settings import Settings


def which_project(settings: Settings, project: str, show_code: str, *, no_db: bool = False) -> str:
    """What it is called. Both names have to mean the same one; without records the code counts.

    Raises `usage`, `record.not_found`, and what keeps the records from being read.
    """
    if not (project or show_code):
        raise RushesError(
            Code.USAGE, "Nobody said which project it is for.", hint="Name it: --project NAME."
        )
    if no_db or not (project and show_code) or project == show_code:
        return show_code or project
    with closing(bootstrap.studio(settings)) as studio:
        if project_of(studio, project).id != project_of(studio, show_code).id:
            raise RushesError(
                Code.USAGE,
                f"--project {escape(project)} and --show-code {escape(show_code)} are two projects;"
                " nothing was done.",
                hint="Name one of them.",
            )
    return show_code
