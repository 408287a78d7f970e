"""People and their tokens in memory: plain lists, so that it is plainly right."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import RLock

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS, ROLES
from rushes.model.scan import Actor
from rushes.ports.people import ApiToken, Caller, NewToken, Person
from rushes.ports.studio import Access
from rushes.tracking.values import checked

_SHORTEST = 10
_HINT = 11


@dataclass
class _Held:
    """A token and its secret."""

    token: ApiToken
    secret: str


class MemoryPeople:
    """`ports.people.People` for tests; gone with its process.

    `projects` are those that there are: their numbers by their codes.
    """

    def __init__(self, projects: Mapping[str, int]) -> None:
        self._projects = projects
        self._people: dict[str, Person] = {}
        self._passwords: dict[str, str] = {}
        self._tokens: list[_Held] = []
        self._lock = RLock()

    def people(self) -> Sequence[Person]:
        """Everybody, by login."""
        with self._lock:
            return [self._people[login] for login in sorted(self._people)]

    def add(self, person: Person, *, password: str, actor: Actor) -> Person:
        """Make a person."""
        login = person.login
        checked(KINDS["artist"].by_name["login"], login)
        checked(KINDS["artist"].by_name["email"], person.email)
        if not login.isprintable() or " " in login:
            raise RushesError(Code.FIELD_INVALID, f"{login!r} is no login.")
        _check_password(password)
        with self._lock:
            if login in self._people:
                raise RushesError(Code.RECORD_CONFLICT, f"There is a person {login!r} already.")
            for project, role in person.roles.items():
                self._check_role(project, role)
            able = bool(password) and person.is_active
            made = replace(person, id=len(self._people) + 1, can_log_in=able)
            self._people[login], self._passwords[login] = made, password
            return made

    def add_first_admin(self, login: str, *, password: str, actor: Actor) -> Person | None:
        """Make an admin where there is none."""
        with self._lock:
            if any(one.is_admin and one.can_log_in for one in self._people.values()):
                return None
            return self.add(Person(0, login, is_admin=True), password=password, actor=actor)

    def set_password(self, login: str, password: str, *, actor: Actor) -> Person:
        """Give a person another password."""
        if not password:
            raise RushesError(Code.FIELD_INVALID, "The password is empty.")
        with self._lock:
            held = self._person(login)
            _check_password(password)
            self._passwords[login] = password
            self._people[login] = replace(held, can_log_in=held.is_active)
            return self._people[login]

    def set_role(self, login: str, *, project: str, role: str | None, actor: Actor) -> Person:
        """Give a person a role in a project, or take theirs."""
        with self._lock:
            held = self._person(login)
            self._check_role(project, role)
            roles = {code: one for code, one in held.roles.items() if code != project}
            if role is not None:
                roles[project] = role
            self._people[login] = replace(held, roles=roles)
            return self._people[login]

    def add_token(self, token: NewToken, *, actor: Actor) -> tuple[ApiToken, str]:
        """Make a token, and its secret."""
        if not token.name.strip():
            raise RushesError(Code.FIELD_INVALID, "The token has no name.")
        if token.expires is not None and token.expires <= clock.now():
            raise RushesError(Code.FIELD_INVALID, "The token would have expired already.")
        with self._lock:
            self._person(token.login)
            if token.project:
                self._project(token.project)
            secret = f"rushes_{secrets.token_urlsafe(32)}"
            made = ApiToken(
                id=len(self._tokens) + 1,
                name=token.name,
                login=token.login,
                hint=secret[:_HINT],
                scopes=tuple(sorted(token.scopes)),
                project=token.project,
                created=clock.now(),
                expires=token.expires,
            )
            self._tokens.append(_Held(made, secret))
            return made, secret

    def tokens(self) -> Sequence[ApiToken]:
        """All tokens, the newest first."""
        with self._lock:
            return [one.token for one in reversed(self._tokens)]

    def revoke_token(self, token: int, *, actor: Actor) -> ApiToken:
        """End a token."""
        with self._lock:
            for held in self._tokens:
                if held.token.id == token:
                    ended = held.token.revoked or clock.now()
                    held.token = replace(held.token, revoked=ended)
                    return held.token
        raise RushesError(Code.RECORD_NOT_FOUND, f"There is no token {token}.")

    def caller(self, secret: str) -> Caller:
        """Whose program has this token's secret."""
        now = clock.now()
        with self._lock:
            for held in self._tokens:
                one, person = held.token, self._people[held.token.login]
                living = one.revoked is None and (one.expires is None or one.expires > now)
                if held.secret == secret and living and person.is_active:
                    held.token = replace(one, last_used=now)
                    return Caller(Actor(one.login, tool=f"token {one.name}"), self._access(held))
        raise RushesError(Code.LOGIN_NEEDED, "The token is not known, has expired or was revoked.")

    def close(self) -> None:
        """Nothing to let go of."""

    def _access(self, held: _Held) -> Access:
        person, scopes = self._people[held.token.login], frozenset(held.token.scopes)
        roles = {self._projects[code]: role for code, role in person.roles.items()}
        if held.token.project:
            only = self._projects[held.token.project]
            role = "admin" if person.is_admin else roles.get(only)
            return Access(roles={only: role} if role else {}, artist=person.id, scopes=scopes)
        return Access(person.is_admin, roles, person.id, scopes)

    def _person(self, login: str) -> Person:
        if login not in self._people:
            raise RushesError(Code.RECORD_NOT_FOUND, f"There is no person {login!r}.")
        return self._people[login]

    def _project(self, code: str) -> int:
        if code not in self._projects:
            raise RushesError(Code.RECORD_NOT_FOUND, f"There is no project {code!r}.")
        return self._projects[code]

    def _check_role(self, project: str, role: str | None) -> None:
        if role is not None and role not in ROLES:
            raise RushesError(Code.FIELD_INVALID, f"{role!r} is no role.")
        self._project(project)


def _check_password(password: str) -> None:
    if password and len(password) < _SHORTEST:
        raise RushesError(
            Code.FIELD_INVALID, f"The password is shorter than {_SHORTEST} characters."
        )
