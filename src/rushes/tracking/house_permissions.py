"""Who may see and write what is recorded of storage: scans, headers, quality checks, posts."""

from __future__ import annotations

from rushes.ports.studio import Access
from rushes.tracking.refusing import denied

# It belongs to no project: who works in the house sees it, vendors and clients do not.
_HOUSE = frozenset(("admin", "supervisor", "coordinator", "artist"))


def check_house(access: Access, *, scope: str = "") -> None:
    """Raise `access.denied` where they may not see it; or may not write it, where `scope` is what
    a program's token needs for that. Programs write it: of people themselves, admins alone may.
    """
    if access.scopes is not None and not access.scopes:
        raise denied("This token is for nothing.")
    if not access.everything and _HOUSE.isdisjoint(access.roles.values()):
        raise denied(
            "What is recorded of storage is for the people of the house.",
            hint="It takes the role admin, supervisor, coordinator or artist in a project.",
        )
    if not scope:
        return
    if access.scopes is None and not access.everything:
        raise denied("Programs write this.", hint=f"Use a token with the scope {scope}.")
    if access.scopes is not None and access.scopes.isdisjoint((scope, "admin")):
        raise denied("This token may not write this.", hint=f"Use one with the scope {scope}.")
