"""Who may see ingests and deliveries, ask for them, and have their own on record.

The people of the house see those of their projects; vendors and clients see none. Admins,
supervisors and coordinators ask the server for one, and cancel it. Whoever of the house runs one
on a machine of their own has it on record.
"""

from __future__ import annotations

from rushes.ports.studio import Access
from rushes.tracking.permissions import LEADING
from rushes.tracking.refusing import denied

HOUSE = frozenset((*LEADING, "artist"))
_ASKING = frozenset(("write", "admin"))
_RECORDING = frozenset(("publish", "write", "admin"))


def seen_projects(access: Access) -> frozenset[int] | None:
    """The projects whose movements they see; None is all. Raises `access.denied` where it is none.

    Of others, their movements look as if they were not there.
    """
    if access.scopes is not None and not access.scopes:
        raise denied("This token is for nothing.")
    if access.everything:
        return None
    found = frozenset(project for project, role in access.roles.items() if role in HOUSE)
    if not found:
        raise denied(
            "Ingests and deliveries are for the people of the house.",
            hint="It takes the role admin, supervisor, coordinator or artist in a project.",
        )
    return found


def check_asking(access: Access, project: int) -> None:
    """Raise `access.denied` where they may neither ask for one nor cancel it."""
    _check_scope(access, _ASKING)
    if not access.everything and access.roles.get(project, "") not in LEADING:
        raise denied(
            "Admins, supervisors and coordinators have the server ingest and deliver.",
            hint="Ask one of the project.",
        )


def check_recording(access: Access, project: int) -> None:
    """Raise `access.denied` where they may not have one of their own on record."""
    _check_scope(access, _RECORDING)
    if not access.everything and access.roles.get(project, "") not in HOUSE:
        raise denied("Only people of the house ingest and deliver.")


def _check_scope(access: Access, wanted: frozenset[str]) -> None:
    if access.scopes is not None and access.scopes.isdisjoint(wanted):
        named = ", ".join(sorted(wanted - {"admin"}))
        raise denied("This token may not ingest or deliver.", hint=f"Use one with: {named}.")
