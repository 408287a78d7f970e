"""Who asks, for everybody; people, their roles and their programs' tokens, for admins alone.

What holds a password or a secret is not kept to be answered again: these requests take no
`Idempotency-Key`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import AfterValidator
from pydantic import Field as Bounds

from rushes import __version__
from rushes.core import clock
from rushes.core.errors import Code
from rushes.model.kinds import ROLES
from rushes.ports.people import TOKEN_DAYS, Caller, NewToken, Person
from rushes.web.api import answers
from rushes.web.api.operations import add
from rushes.web.api.shapes import Strict
from rushes.web.callers import KNOWN, caller_of
from rushes.web.house import house
from rushes.web.problems import RefusedError

Given = Mapping[str, Any]
View = Callable[[Caller, Given], HttpResponse]


def _plain(text: str) -> str:
    if "\0" in text:
        raise ValueError("it holds a NUL character")
    return text


def _moment(text: str) -> str:
    found = datetime.fromisoformat(text)
    aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).isoformat()
    except OverflowError:
        raise ValueError("no calendar has that moment") from None


_Word = Annotated[str, Bounds(min_length=1, max_length=120), AfterValidator(_plain)]
_Short = Annotated[str, Bounds(max_length=255), AfterValidator(_plain)]
_Password = Annotated[str, Bounds(max_length=1000), AfterValidator(_plain)]
_Role = Literal[ROLES]  # type: ignore[valid-type]
_Scope = Literal["read", "publish", "write", "scan", "qc", "admin"]
_Moment = Annotated[
    str, Bounds(max_length=40, json_schema_extra={"format": "date-time"}), AfterValidator(_moment)
]


class NewPerson(Strict):
    """Somebody who is to log in; without a password they cannot."""

    login: _Word
    name: _Short = ""
    email: _Short = ""
    is_admin: bool = False
    is_active: bool = True
    roles: dict[_Word, _Role] = {}
    password: _Password = ""


class NewPassword(Strict):
    """Another password for a person."""

    login: _Word
    password: _Password


class NewRole(Strict):
    """A person's role in a project; null is none of any more."""

    login: _Word
    project: _Word
    role: _Role | None


class TokenWanted(Strict):
    """A token for a person's program; where `project` is a code it opens that one alone. It
    expires after 90 days, or at `expires`; where that is null, never.
    """

    name: _Short
    login: _Word
    scopes: Annotated[list[_Scope], Bounds(min_length=1, max_length=6)]
    project: _Short = ""
    expires: _Moment | None = None


def add_people(api: NinjaAPI) -> None:
    """Have people and tokens listed, made and ended, and callers told who they are."""
    add(api, "GET", "/me", me, "who_am_i", "Tell whose token this is, and what it opens",
        tag="people")  # fmt: skip
    put = partial(_add, api)
    put("GET", "/people", _people, "list_people", "List everybody, and their roles")
    put("POST", "/people", _add_person, "add_person", "Make a person", body=NewPerson)
    put("POST", "/people/password", _set_password, "set_password",
        "Give a person another password", body=NewPassword)  # fmt: skip
    put("POST", "/people/role", _set_role, "set_role", "Give a person a role in a project",
        body=NewRole)  # fmt: skip
    put("GET", "/tokens", _tokens, "list_tokens", "List all tokens, the newest first")
    put("POST", "/tokens", _add_token, "add_token", "Make a token; its secret is told this once",
        body=TokenWanted)  # fmt: skip
    put("POST", "/tokens/{int:id}/revoke", _revoke, "revoke_token", "End a token")


def me(request: HttpRequest, _given: Given) -> HttpResponse:
    """Who asks, what they may, and which Rushes answers."""
    who = caller_of(request)
    access = who.access
    return answers.as_json(
        {
            "login": who.actor.name,
            "on_behalf_of": who.actor.on_behalf_of,
            "tool": who.actor.tool,
            "artist": access.artist,
            "everything": access.everything,
            "roles": {str(project): role for project, role in sorted(access.roles.items())},
            "scopes": None if access.scopes is None else sorted(access.scopes),
            "rushes": __version__,
        }
    )


def _add(
    api: NinjaAPI, method: str, path: str, view: View, name: str, summary: str, *, body: Any = None
) -> None:
    """`operations.add` for admins alone."""

    def answer(request: HttpRequest, given: Given) -> HttpResponse:
        who = caller_of(request)
        _check_admin(who)
        return view(who, given)

    add(api, method, path, answer, name, summary, tag="people", body=body)


def _check_admin(who: Caller) -> None:
    scopes = who.access.scopes
    if not who.access.everything or (scopes is not None and "admin" not in scopes):
        raise RefusedError(
            Code.ACCESS_DENIED,
            "People and tokens are for admins, and for their tokens with the scope admin.",
        )


def _people(_who: Caller, _given: Given) -> HttpResponse:
    return answers.as_json({"data": [_person_row(one) for one in house().people.people()]})


def _add_person(who: Caller, given: Given) -> HttpResponse:
    body = given["body"]
    wanted = {"login": body.login, **body.given()}
    password = wanted.pop("password", "")
    made = house().people.add(Person(0, **wanted), password=password, actor=who.actor)
    return answers.as_json(_person_row(made), status=201)


def _set_password(who: Caller, given: Given) -> HttpResponse:
    body = given["body"]
    changed = house().people.set_password(body.login, body.password, actor=who.actor)
    return answers.as_json(_person_row(changed))


def _set_role(who: Caller, given: Given) -> HttpResponse:
    body = given["body"]
    changed = house().people.set_role(
        body.login, project=body.project, role=body.role, actor=who.actor
    )
    KNOWN.forget()
    return answers.as_json(_person_row(changed))


def _tokens(_who: Caller, _given: Given) -> HttpResponse:
    return answers.as_json({"data": [one.row() for one in house().people.tokens()]})


def _add_token(who: Caller, given: Given) -> HttpResponse:
    body = given["body"]
    expires = clock.now() + timedelta(days=TOKEN_DAYS) if "expires" not in body.given() else None
    if body.expires is not None:
        expires = datetime.fromisoformat(body.expires)
    wanted = NewToken(body.name, body.login, tuple(body.scopes), body.project, expires)
    made, secret = house().people.add_token(wanted, actor=who.actor)
    answer = answers.as_json({"token": made.row(), "secret": secret}, status=201)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _revoke(who: Caller, given: Given) -> HttpResponse:
    ended = house().people.revoke_token(given["id"], actor=who.actor)
    KNOWN.forget()
    return answers.as_json(ended.row())


def _person_row(one: Person) -> dict[str, Any]:
    return {
        "id": one.id,
        "login": one.login,
        "name": one.name,
        "email": one.email,
        "is_admin": one.is_admin,
        "is_active": one.is_active,
        "can_log_in": one.can_log_in,
        "roles": dict(one.roles),
    }
