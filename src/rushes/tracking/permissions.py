"""Who may see and write what: one table of kinds, roles and verbs, and what token scopes let.

In short: admins, supervisors, coordinators and artists see all of their projects. A vendor sees
the tasks that are assigned to them, and what these are on and came to. A client sees what things
are called. Both see the playlists that are shared with them, the versions in these, and the notes
on either. Nobody sees other projects, and nobody gives a role that is above their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import Enum, IntEnum

from rushes.model.kinds import ROLES
from rushes.ports.studio import Access
from rushes.tracking.refusing import denied, several, spoken


class Verb(IntEnum):
    """What is done to a record."""

    SEE = 0
    CREATE = 1
    UPDATE = 2
    ARCHIVE = 3
    REMOVE = 4


class Reach(Enum):
    """Which of a project's records: its sign in the table below."""

    NONE = "-"
    MADE = "m"  # those they made; of artists, themselves
    OWN = "o"  # of tasks assigned to them; notes on these and on their versions, and their own
    SHOWN = "s"  # playlists shared with them, versions in these, notes on both, and their own
    GIVEN = "g"  # what is their own, and what is shown to them
    WHOLE = "w"  # all of the project


# To see, create, update, and archive or remove: for each role, in the order of `kinds.ROLES`.
# fmt: off
_TABLE = {
    #              admin   superv. coord.  artist  vendor  client
    "project":    ("w-ww", "w-w-", "w---", "w---", "w---", "w---"),
    "episode":    ("wwww", "wwww", "wwww", "w---", "o---", "w---"),
    "sequence":   ("wwww", "wwww", "wwww", "w---", "o---", "w---"),
    "shot":       ("wwww", "wwww", "wwww", "w---", "o---", "w---"),
    "asset":      ("wwww", "wwww", "wwww", "w---", "o---", "----"),
    "task_type":  ("wwww", "wwww", "w---", "w---", "w---", "----"),
    "task":       ("wwww", "wwww", "wwww", "w-o-", "o-o-", "----"),
    "artist":     ("w---", "w---", "w---", "w---", "m---", "m---"),
    "workfile":   ("w-ww", "w-ww", "w-ww", "w-o-", "o-o-", "----"),
    "publish":    ("w-ww", "w-ww", "w-ww", "w-o-", "o-o-", "----"),
    "version":    ("wwww", "wwww", "wwww", "wwo-", "gwo-", "s---"),
    "playlist":   ("wwww", "wwww", "wwww", "w---", "s---", "s---"),
    "note":       ("wwww", "wwww", "wwww", "wwmm", "gwmm", "swmm"),
    "membership": ("wwww", "wwww", "w---", "w---", "m---", "m---"),
    "usage":      ("wwww", "wwww", "wwww", "w---", "o---", "----"),
    "tag":        ("wwww", "wwww", "wwww", "w---", "----", "----"),
}
# fmt: on
# All that some roles see of some kinds, and all that some roles may write; else it is every field.
_NAMED = ("id", "revision", "archived", "project", "code", "name")
# Whom else a playlist is shared with is nobody's business.
_PLAYLIST = frozenset((*_NAMED, "created", "updated", "description", "versions"))
_SEEN: Mapping[tuple[str, str], frozenset[str]] = {
    ("client", "project"): frozenset(_NAMED),
    ("client", "episode"): frozenset(_NAMED),
    ("client", "sequence"): frozenset((*_NAMED, "episode")),
    ("client", "shot"): frozenset((*_NAMED, "sequence")),
    ("client", "version"): frozenset(
        (*_NAMED, "created", "updated", "number", "status", "movie_path", "frame_in", "frame_out")
    ),
    ("client", "playlist"): _PLAYLIST,
    ("vendor", "playlist"): _PLAYLIST,
}
_WORK = frozenset(("status", "actual_hours", "description", "custom"))
_WRITTEN: Mapping[tuple[str, str], frozenset[str]] = {
    ("artist", "task"): _WORK,
    ("vendor", "task"): _WORK,
}
# What the house alone says: where a project lies is where the server makes folders.
_HOUSES: Mapping[str, frozenset[str]] = {"project": frozenset(("roots",))}
# Saves and publishes are recorded under reserved numbers, and so made in another way.
RESERVED = frozenset(("workfile", "publish"))
LEADING = frozenset(("admin", "supervisor", "coordinator"))  # who record the work of others, too
# Every token reads. `publish` is what a publishing program needs, `write` all day-to-day work.
_STUDIO = frozenset(("project", "artist", "membership", "task_type"))
_LASTING = (Verb.ARCHIVE, Verb.REMOVE)
_PUBLISHED = frozenset(("workfile", "publish", "version", "note"))

Reaches = Mapping[Reach, Collection[int]]


def reaches(access: Access, kind: str, verb: Verb, *, by: Collection[str] = ()) -> Reaches | None:
    """Projects by how much of them is within reach of a verb; None where everything is.

    `by` are fields that records are sought by: where a role does not see one, nothing is found,
    or values would show through.
    """
    if access.everything:
        return None
    found: dict[Reach, list[int]] = {}
    for project, role in access.roles.items():
        reach = _reach(role, kind, verb)
        seen = _SEEN.get((role, kind))
        if reach is not Reach.NONE and (seen is None or seen.issuperset(by)):
            found.setdefault(reach, []).append(project)
    return found


def check_scope(access: Access, kind: str, verb: Verb) -> None:
    """Raise `access.denied` where the token is not for this."""
    scopes = access.scopes
    if scopes is None or "admin" in scopes:
        return
    if verb is Verb.SEE:
        if not scopes:
            raise denied("This token is for nothing.")
    elif "write" in scopes and kind not in _STUDIO:
        return
    elif not ("publish" in scopes and kind in _PUBLISHED and verb not in _LASTING):
        wanted = "admin" if kind in _STUDIO else "write"
        if kind in _PUBLISHED and verb not in _LASTING:
            wanted = "publish, or write"
        raise denied(
            f"This token may not {verb.name.lower()} {several(kind)}.",
            hint=f"Use one with the scope {wanted}.",
        )


def check_create(access: Access, kind: str, project: int | None) -> None:
    """Raise `access.denied` where they may not make a record of the kind in the project."""
    if access.everything:
        return
    role = access.roles.get(project, "") if project is not None else ""
    if _reach(role, kind, Verb.CREATE) is Reach.NONE:
        raise may_not(role, kind, Verb.CREATE)


def check_fields(access: Access, kind: str, project: int | None, names: Collection[str]) -> None:
    """Raise `access.denied` where their role may not write one of these fields.

    What belongs to no project, as the studio's own types of work, is everybody's to see, and no
    project's to change.
    """
    if access.everything:
        return
    if project is None:
        raise denied(f"This {spoken(kind)} is the studio's, not a project's.", hint="Ask an admin.")
    if kept := sorted(_HOUSES.get(kind, frozenset()) & set(names)):
        raise denied(f"{kept[0]}: only an admin of the house may change it.", hint="Ask one.")
    role = access.roles.get(project, "")
    written = _WRITTEN.get((role, kind))
    if written is not None and (others := sorted(set(names) - written)):
        raise denied(
            f"{others[0]}: {_a(role)} may not change it.",
            hint=f"They may change {', '.join(sorted(written))}.",
        )


def check_rank(access: Access, project: int | None, *roles: str) -> None:
    """Raise `access.denied` where one of these roles is above theirs in the project."""
    own = "" if project is None else access.roles.get(project, "")
    if access.everything:
        return
    for role in roles:
        if own not in ROLES or ROLES.index(role) < ROLES.index(own):
            raise denied(
                f"role: {_a(own)} may neither make somebody {_a(role)} nor take it from them.",
                hint="Ask an admin.",
            )


def check_other(access: Access, artist: int | None) -> None:
    """Raise `access.denied` where they would change what they may do themselves."""
    if artist is not None and artist == access.artist:
        raise denied("Nobody changes what they may do themselves.", hint="Ask another admin.")


def speaking(access: Access) -> Access:
    """What they may do on behalf of somebody else: the same where they lead, and nothing elsewhere.

    Raises `access.denied` where they lead nothing.
    """
    if access.everything:
        return access
    led = {project: role for project, role in access.roles.items() if role in LEADING}
    if not led:
        raise denied(
            "Only admins, supervisors and coordinators act on somebody else's behalf.",
            hint="Name nobody else, or use a token of that person.",
        )
    return replace(access, roles=led)


def may_not(role: str, kind: str, verb: Verb) -> Exception:
    """The error that tells a role what it may not do."""
    whose = _a(role) if role else "Somebody without a role there"
    return denied(f"{whose[0].upper()}{whose[1:]} may not {verb.name.lower()} this {spoken(kind)}.")


def limits(access: Access, kind: str) -> Mapping[int, frozenset[str]]:
    """The fields that are seen of records in some projects; of all others it is every field."""
    if access.everything:
        return {}
    return {
        project: _SEEN[role, kind]
        for project, role in access.roles.items()
        if (role, kind) in _SEEN
    }


def _reach(role: str, kind: str, verb: Verb) -> Reach:
    if role not in ROLES:
        return Reach.NONE
    return Reach(_TABLE[kind][ROLES.index(role)][min(verb, Verb.ARCHIVE).value])


def _a(role: str) -> str:
    return f"an {role}" if role[:1] in "aeiou" else f"a {role}"
