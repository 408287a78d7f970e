"""The socket to people and their programs: who may log in, as what, and with which tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from rushes.core import clock
from rushes.model.scan import Actor
from rushes.ports.studio import Access

TOKEN_DAYS = 90  # for which a token is good where nobody says otherwise


@dataclass(frozen=True)
class Person:
    """Somebody who logs in, or who only has work. `roles` are theirs by a project's code."""

    id: int
    login: str
    name: str = ""
    email: str = ""
    is_admin: bool = False
    is_active: bool = True
    can_log_in: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ApiToken:
    """A program's key, as far as anybody may know it. `hint` is how the secret begins.

    Where `project` is a project's code it opens that one alone. `scopes` say what it is for.
    """

    id: int
    name: str
    login: str
    hint: str
    scopes: tuple[str, ...]
    project: str = ""
    created: datetime | None = None
    expires: datetime | None = None
    last_used: datetime | None = None
    revoked: datetime | None = None

    def row(self, *, whose: str = "login") -> dict[str, Any]:
        """The same as JSON; `whose` is what the login is called there."""
        moments = {
            name: clock.iso(at) if (at := getattr(self, name)) is not None else None
            for name in ("created", "expires", "last_used", "revoked")
        }
        return {
            "id": self.id,
            "name": self.name,
            whose: self.login,
            "hint": self.hint,
            "scopes": list(self.scopes),
            "project": self.project,
            **moments,
        }


@dataclass(frozen=True)
class NewToken:
    """A token to be made, for the person of that `login`; without `expires` it never does."""

    name: str
    login: str
    scopes: tuple[str, ...]
    project: str = ""
    expires: datetime | None = None


class Caller(NamedTuple):
    """Who asks, and what they may see and write; by which token, where it is a program."""

    actor: Actor
    access: Access
    token: int | None = None


class People(Protocol):
    """People, their roles and their tokens.

    Every call raises `database.unavailable` when they cannot be reached, `record.not_found` for a
    login, a project or a token that is not there, and `field.invalid` for a value that makes no
    sense.
    """

    def people(self) -> Sequence[Person]:
        """Everybody, by login."""
        ...

    def add(self, person: Person, *, password: str, actor: Actor) -> Person:
        """Make a person, their `roles` included; without a password they cannot log in.

        Raises `record.conflict` for a login that is taken.
        """
        ...

    def add_first_admin(self, login: str, *, password: str, actor: Actor) -> Person | None:
        """Make an admin where there is none who could log in; None where there is one."""
        ...

    def set_password(self, login: str, password: str, *, actor: Actor) -> Person:
        """Give a person another password; whoever is logged in as them is not any more."""
        ...

    def set_role(self, login: str, *, project: str, role: str | None, actor: Actor) -> Person:
        """Give a person a role in a project, or None of any more."""
        ...

    def add_token(self, token: NewToken, *, actor: Actor) -> tuple[ApiToken, str]:
        """Make a token, and its secret, which nobody can look up again."""
        ...

    def tokens(self) -> Sequence[ApiToken]:
        """All tokens, revoked ones too, the newest first."""
        ...

    def revoke_token(self, token: int, *, actor: Actor) -> ApiToken:
        """End a token. Revoking it again changes nothing."""
        ...

    def caller(self, secret: str) -> Caller:
        """Whose program has this token's secret. Raises `login.needed` where none has."""
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
