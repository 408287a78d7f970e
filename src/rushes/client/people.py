"""The port of people and tokens over HTTP; all of it but `caller` is for admins' tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rushes.client.sending import acting, sendable
from rushes.client.spelling.texts import moment_of
from rushes.client.transport import Transport
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.ports.people import ApiToken, Caller, NewToken, Person
from rushes.ports.studio import Access

Row = Mapping[str, Any]
_PERSON = ("id", "login", "name", "email", "is_admin", "is_active", "can_log_in")


class HttpPeople:
    """`ports.people.People` on a Rushes server.

    What holds a password or a secret is sent once: no answer to it is kept to be given again.
    `another` makes a way to the same server with another token, to ask whose that is.
    """

    def __init__(self, transport: Transport, *, another: Callable[[str], Transport]) -> None:
        self._transport = transport
        self._another = another

    def people(self) -> Sequence[Person]:
        """Everybody who is not archived."""
        return [_person(one) for one in self._transport.get("/people")["data"]]

    def add(self, person: Person, *, password: str, actor: Actor) -> Person:
        """Make a person."""
        row = {name: getattr(person, name) for name in _PERSON if name not in ("id", "can_log_in")}
        row |= {"roles": dict(person.roles), "password": password}
        return _person(self._told("/people", row, actor))

    def add_first_admin(self, login: str, *, password: str, actor: Actor) -> Person | None:
        """Refused: whoever could ask for it over HTTP is an admin already."""
        raise RushesError(
            Code.ACCESS_DENIED,
            "The first admin is made on the server's own machine.",
            hint="Run `rushes up` or `rushes user add LOGIN --admin` there.",
        )

    def set_password(self, login: str, password: str, *, actor: Actor) -> Person:
        """Give a person another password."""
        row = {"login": login, "password": password}
        return _person(self._told("/people/password", row, actor))

    def set_role(self, login: str, *, project: str, role: str | None, actor: Actor) -> Person:
        """Give a person a role in a project, or take theirs."""
        row = {"login": login, "project": project, "role": role}
        return _person(self._told("/people/role", row, actor))

    def add_token(self, token: NewToken, *, actor: Actor) -> tuple[ApiToken, str]:
        """Make a token; its secret is told this once.

        Where the answer is lost on its way, there is a token that nobody has the secret of: it
        stands in the list, to be revoked.
        """
        row = {
            "name": token.name,
            "login": token.login,
            "scopes": list(token.scopes),
            "project": token.project,
            "expires": None if token.expires is None else clock.iso(token.expires),
        }
        told = self._told("/tokens", row, actor)
        return _token(told["token"]), str(told["secret"])

    def tokens(self) -> Sequence[ApiToken]:
        """All tokens, revoked ones too, the newest first."""
        return [_token(one) for one in self._transport.get("/tokens")["data"]]

    def revoke_token(self, token: int, *, actor: Actor) -> ApiToken:
        """End a token. Done twice it is done once, so that it is tried again."""
        return _token(
            self._transport.send("POST", f"/tokens/{int(token)}/revoke", headers=acting(actor))
        )

    def caller(self, secret: str) -> Caller:
        """Whose program has this token's secret, as the server says."""
        asked = self._another(secret)
        try:
            return caller_of(asked.get("/me"))
        finally:
            asked.close()

    def close(self) -> None:
        """Close the connections; whatever is asked next makes new ones."""
        self._transport.close()

    def _told(self, path: str, row: Row, actor: Actor) -> Any:
        body = sendable("person", row)
        return self._transport.send("POST", path, body, headers=acting(actor), once=False)


def caller_of(row: Row) -> Caller:
    """Who asks, as `/me` tells it."""
    scopes = row["scopes"]
    access = Access(
        everything=row["everything"],
        roles={int(project): role for project, role in row["roles"].items()},
        artist=row["artist"],
        scopes=None if scopes is None else frozenset(scopes),
    )
    return Caller(Actor(row["login"], row["on_behalf_of"], row["tool"]), access)


def _person(row: Row) -> Person:
    return Person(**{name: row[name] for name in _PERSON}, roles=dict(row["roles"]))


def _token(row: Row) -> ApiToken:
    moments = {name: _moment(row[name]) for name in ("created", "expires", "last_used", "revoked")}
    return ApiToken(
        id=row["id"],
        name=row["name"],
        login=row["login"],
        hint=row["hint"],
        scopes=tuple(row["scopes"]),
        project=row["project"],
        **moments,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment_of(text)
