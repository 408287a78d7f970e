"""`rushes webhook`: addresses that are told of what is written."""

from __future__ import annotations

import asyncio
from contextlib import closing

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.model.webhook import Letter, NewWebhook, Receipt, Webhook
from rushes.ports.studio import Access, Filter, Op, Query
from rushes.tracking.refusing import undelivered

_ALL = Access(everything=True)
_TEST = b'{"type":"webhook.test","data":{"message":"This is a test."}}'


@click.group()
def webhook() -> None:
    """Tell other programs' addresses what is written, each message signed."""


@command
@click.argument("url")
@click.option("--project", default="", metavar="CODE", help="Tell of this project alone.")
@click.option(
    "--kind", "types", multiple=True, metavar="KIND",
    help="Tell of this alone (repeatable): task, or task.update.",
)  # fmt: skip
@click.option(
    "--user", "login", metavar="LOGIN",
    help="Tell what this person may see (default: the only admin; through a server, the token's).",
)  # fmt: skip
def add(
    session: Session, *, url: str, project: str, types: tuple[str, ...], login: str | None
) -> int:
    """Make a webhook for URL. Its secret is shown this once.

    It is told of what is written from now on, by the worker of a running server. An address that
    nothing would be delivered to is refused; through a server (server.url), it is that server that
    looks.
    """
    settings = session.settings
    with closing(bootstrap.webhooks(settings)) as webhooks:
        owner = _owner_there(settings, login) if settings.server.url else _owner(settings, login)
        if not settings.server.url:
            _check_reached(settings, url)
        new = NewWebhook(url, owner, _project(settings, project), types)
        made, secret = webhooks.add(new, access=_ALL, actor=session.actor)
    if session.as_json:
        show.json("rushes.webhook/1", {"did": "Made.", "webhook": made.row(), "secret": secret})
        return exits.OK
    show.text(secret)
    show.note(f"Webhook {made.id} of {made.owner}. Its secret is shown this once.")
    return exits.OK


@command
def list_command(session: Session) -> int:
    """List webhooks and how they stand. Exits 1 when one fails or is paused."""
    with closing(bootstrap.webhooks(session.settings)) as webhooks:
        found = webhooks.webhooks(access=_ALL)
    code = exits.FOUND if any(one.failures or one.paused for one in found) else exits.OK
    if session.as_json:
        show.json("rushes.webhooks/1", {"webhooks": [one.row() for one in found]})
        return code
    lines = [[str(one.id), one.url, one.owner, ", ".join(one.types) or "all", _state(one)]
             for one in found]  # fmt: skip
    show.table(lines, right=(0,))
    if not found:
        show.note("There is none.")
    return code


@command
@click.argument("number", type=click.IntRange(min=1))
def test(session: Session, *, number: int) -> int:
    """Send a test message from here, and tell the answer. Exits 3 unless it arrives.

    It takes the secret, so it is done beside the database alone, not through a server.
    """
    settings = session.settings
    with closing(bootstrap.webhooks(settings)) as webhooks:
        hook = webhooks.subscription(number, access=_ALL)
    name = f"test_{hook.id}_{int(clock.now().timestamp() * 1000)}"
    receipt = asyncio.run(_sent(settings, Letter(hook.url, hook.secret, name, _TEST)))
    if session.as_json:
        told = {"arrived": receipt.arrived, "status": receipt.status, "told": receipt.told}
        show.json("rushes.webhook-test/1", {"webhook": hook.id, **told})
    else:
        show.text(f"{hook.url}: {receipt.told}")
    return exits.OK if receipt.arrived else exits.UNAVAILABLE


@command
@click.argument("number", type=click.IntRange(min=1))
def remove(session: Session, *, number: int) -> int:
    """End a webhook, by its number in the list."""
    with closing(bootstrap.webhooks(session.settings)) as webhooks:
        ended = webhooks.remove(number, access=_ALL, actor=session.actor)
    return _told(session, "Removed.", ended)


@command
@click.argument("number", type=click.IntRange(min=1))
def resume(session: Session, *, number: int) -> int:
    """Try a webhook that fails or is paused again now; it gets all that it missed."""
    with closing(bootstrap.webhooks(session.settings)) as webhooks:
        fields = {"is_active": True}
        made = webhooks.change(number, fields, access=_ALL, actor=session.actor)
    return _told(session, "Resumed.", made)


def _check_reached(settings: Settings, url: str) -> None:
    """Raise `field.invalid` for an address that this machine delivers nothing to."""
    if why := bootstrap.address_refused(settings, url):
        raise undelivered(url, why)


async def _sent(settings: Settings, letter: Letter) -> Receipt:
    notifier = bootstrap.notifier(settings, "webhook")
    try:
        return await notifier.send(letter)
    finally:
        await notifier.close()


def _told(session: Session, did: str, one: Webhook) -> int:
    if session.as_json:
        show.json("rushes.webhook/1", {"did": did, "webhook": one.row(), "secret": None})
    else:
        show.text(f"{did[:-1]} webhook {one.id}: {one.url}.")
    return exits.OK


def _owner(settings: Settings, login: str | None) -> int:
    with closing(bootstrap.people(settings)) as people:
        found = [one for one in people.people() if login in (None, one.login)]
    if login is None:
        found = [one for one in found if one.is_admin and one.is_active]
    if len(found) == 1:
        return found[0].id
    if login is not None:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is nobody with the login {login!r}.",
            hint="`rushes user list` has all.",
        )
    raise RushesError(
        Code.USAGE,
        "There is no admin yet." if not found else "There are several admins.",
        hint="Say whose webhook it is: --user LOGIN; `rushes user list` has all.",
    )


def _owner_there(settings: Settings, login: str | None) -> int:
    """The owner of a server's webhook: whose the token is, and nobody else."""
    if login is not None:
        raise RushesError(
            Code.USAGE,
            f"The server at {settings.server.url} makes webhooks for the token's owner alone.",
            hint="Leave --user out and use their token, or run it beside the database.",
        )
    return 0  # the server knows


def _project(settings: Settings, code: str) -> int | None:
    if not code:
        return None
    with closing(bootstrap.studio(settings)) as studio:
        query = Query((Filter("code", Op.IS, code),), fields=("id",))
        found = studio.find("project", query, access=_ALL).rows
    if not found:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is no project {code!r}.",
            hint="`rushes show list` has all, written as they are written here.",
        )
    return found[0].id


def _state(one: Webhook) -> str:
    if not one.is_active:
        return "off"
    if one.paused is not None:
        return show.styled(f"paused {one.paused:%Y-%m-%d %H:%M}: {one.told}", "red")
    if one.failures:
        return show.styled(f"{show.counted(one.failures, 'failure')}: {one.told}", "yellow")
    return f"told up to {one.position}"


_COMMANDS = {
    "add": add,
    "list": list_command,
    "test": test,
    "remove": remove,
    "resume": resume,
}
for _name, _command in _COMMANDS.items():
    webhook.add_command(_command, _name)
