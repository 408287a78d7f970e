"""`rushes user`: who may log in, and their roles in projects."""

from __future__ import annotations

import secrets
import sys
from contextlib import closing
from typing import Any

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.model.kinds import ROLES
from rushes.ports.people import Person

_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin instead of making one."
)


@click.group()
def user() -> None:
    """Make people who log in, and say what they may do in which project."""


@command
@click.argument("login")
@click.option("--name", default="", help="What they are called.")
@click.option("--email", default="", help="Their address.")
@click.option("--admin", "is_admin", is_flag=True, help="They may do everything everywhere.")
@click.option(
    "--role",
    "roles",
    nargs=2,
    multiple=True,
    metavar="PROJECT ROLE",
    help="Their role in a project (repeatable).",
)
@_from_stdin
def add(
    session: Session, *, login: str, roles: tuple[tuple[str, str], ...], password_stdin: bool,
    **given: Any,
) -> int:  # fmt: skip
    """Make a person. Unless it is read from stdin, a password is made, and shown this once."""
    password, made = _password(password_stdin)
    person = Person(0, login, roles=dict(roles), **given)
    with closing(bootstrap.people(session.settings)) as people:
        added = people.add(person, password=password, actor=session.actor)
    return _tell(session, "Made.", added, password=password if made else None)


@command
def list_command(session: Session) -> int:
    """List everybody, and their roles."""
    with closing(bootstrap.people(session.settings)) as people:
        found = people.people()
    if session.as_json:
        show.json("rushes.users/1", {"users": [_row(one) for one in found]})
        return exits.OK
    show.table([[one.login, one.name, _may(one), _roles(one)] for one in found])
    if not found:
        show.note("There is nobody yet: make an admin with `rushes user add LOGIN --admin`.")
    return exits.OK


@command
@click.argument("login")
@click.argument("role", type=click.Choice([*ROLES, "none"]))
@click.option("--project", required=True, metavar="CODE", help="In this project.")
def role(session: Session, *, login: str, role: str, project: str) -> int:
    """Give a person a role in a project, or `none` of any more."""
    with closing(bootstrap.people(session.settings)) as people:
        was = [one.roles.get(project) for one in people.people() if one.login == login]
        person = people.set_role(
            login,
            project=project,
            role=None if role == "none" else role,
            actor=session.actor,
        )
    changed = was != [person.roles.get(project)]
    return _tell(session, "Changed." if changed else "It was so already.", person)


@command
@click.argument("login")
@_from_stdin
def password(session: Session, *, login: str, password_stdin: bool) -> int:
    """Give a person another password; whoever is logged in as them is logged out."""
    new, made = _password(password_stdin)
    with closing(bootstrap.people(session.settings)) as people:
        person = people.set_password(login, new, actor=session.actor)
    return _tell(session, "Changed.", person, password=new if made else None)


def _password(from_stdin: bool) -> tuple[str, bool]:
    """A password, and whether it was made here."""
    if not from_stdin:
        return secrets.token_urlsafe(12), True
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise RushesError(Code.USAGE, "There is no password on stdin.")
    return given, False


def _tell(session: Session, did: str, person: Person, *, password: str | None = None) -> int:
    if session.as_json:
        show.json("rushes.user/1", {"did": did, "user": _row(person), "password": password})
        return exits.OK
    show.text(f"{did} {person.login}: {_may(person)}{', ' if person.roles else ''}{_roles(person)}")
    if password is not None:
        show.text(f"  Password, shown this once: {password}")
    return exits.OK


def _may(person: Person) -> str:
    if not person.can_log_in:
        return "cannot log in"
    return "admin" if person.is_admin else "may log in"


def _roles(person: Person) -> str:
    return ", ".join(f"{role} of {project}" for project, role in sorted(person.roles.items()))


def _row(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "email": person.email,
        "is_admin": person.is_admin,
        "can_log_in": person.can_log_in,
        "roles": dict(person.roles),
    }


for _name, _command in (
    ("add", add),
    ("list", list_command),
    ("role", role),
    ("password", password),
):
    user.add_command(_command, _name)
