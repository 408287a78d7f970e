"""`rushes token`: keys for programs."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.ports.people import TOKEN_DAYS, ApiToken, NewToken, Person

SCOPES = ("read", "publish", "write", "scan", "qc", "admin")


@click.group()
def token() -> None:
    """Make, list and end the tokens that programs send to the server."""


@command
@click.option("--name", required=True, metavar="TEXT", help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="What it opens (repeatable): read only, publish, all day-to-day work, scans and headers,"
    " quality checks, or everything.",
)
@click.option("--project", default="", metavar="CODE", help="It opens this project alone.")
@click.option(
    "--days",
    type=click.IntRange(0, 3650),
    default=TOKEN_DAYS,
    show_default=True,
    metavar="N",
    help="It expires after N days; 0 is never.",
)
@click.option("--user", "login", metavar="LOGIN", help="Whose it is (default: the only admin's).")
def create(
    session: Session, *, name: str, scopes: tuple[str, ...], project: str, days: int,
    login: str | None,
) -> int:  # fmt: skip
    """Make a token. Its secret is shown this once: only a digest of it is kept.

    It expires, unless --days is 0: a secret that was lost and forgotten opens nothing some day.
    """
    expires = clock.now() + timedelta(days=days) if days else None
    with closing(bootstrap.people(session.settings)) as people:
        whose = login or _only_admin(list(people.people()))
        wanted = NewToken(name, whose, scopes, project, expires)
        made, secret = people.add_token(wanted, actor=session.actor)
    if session.as_json:
        show.json(
            "rushes.token/1", {"did": "Made.", "token": made.row(whose="user"), "secret": secret}
        )
        return exits.OK
    show.text(secret)
    until = "it never expires" if made.expires is None else f"until {made.expires:%Y-%m-%d}"
    show.note(
        f"Token {made.id} of {made.login}: {_limits(made)}, {until}. Its secret is shown this once."
    )
    return exits.OK


@command
def list_command(session: Session) -> int:
    """List all tokens, the newest first."""
    with closing(bootstrap.people(session.settings)) as people:
        found = people.tokens()
    if session.as_json:
        show.json("rushes.tokens/1", {"tokens": [one.row(whose="user") for one in found]})
        return exits.OK
    rows = [[str(one.id), f"{one.hint}…", one.login, one.name, _limits(one), _state(one)]
            for one in found]  # fmt: skip
    show.table(rows, right=(0,))
    if not found:
        show.note("There is none.")
    return exits.OK


@command
@click.argument("number", type=click.IntRange(min=1))
def revoke(session: Session, *, number: int) -> int:
    """End a token, by its number in the list; within two seconds it opens nothing any more."""
    with closing(bootstrap.people(session.settings)) as people:
        ended = people.revoke_token(number, actor=session.actor)
    if session.as_json:
        show.json(
            "rushes.token/1", {"did": "Revoked.", "token": ended.row(whose="user"), "secret": None}
        )
    else:
        show.text(f"Revoked token {ended.id} of {ended.login}: {ended.name}.")
    return exits.OK


def _only_admin(people: list[Person]) -> str:
    admins = [one.login for one in people if one.is_admin and one.is_active]
    if len(admins) == 1:
        return admins[0]
    raise RushesError(
        Code.USAGE,
        "There is no admin yet." if not admins else "There are several admins.",
        hint="Say whose token it is: --user LOGIN; `rushes user list` has all.",
    )


def _limits(one: ApiToken) -> str:
    where = f" in {one.project}" if one.project else ""
    return f"{', '.join(one.scopes)}{where}"


def _state(one: ApiToken) -> str:
    if one.revoked is not None:
        return f"revoked {one.revoked:%Y-%m-%d}"
    if one.expires is not None and one.expires <= clock.now():
        return f"expired {one.expires:%Y-%m-%d}"
    used = f"used {one.last_used:%Y-%m-%d %H:%M}" if one.last_used is not None else "never used"
    until = f"until {one.expires:%Y-%m-%d}" if one.expires is not None else "never expires"
    return f"{used}, {until}"


for _name, _command in (("create", create), ("list", list_command), ("revoke", revoke)):
    token.add_command(_command, _name)
