"""`rushes up`, `down`, `status` and `logs`: all that the server needs, in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from rushes import bootstrap
from rushes.cli import exits, server_background, server_process, show
from rushes.cli.commands.serve import listening
from rushes.cli.database_state import DatabaseState, database_place, database_state
from rushes.cli.face import command
from rushes.cli.server_background import FirstLogin
from rushes.cli.server_beside import Neighbour, neighbours
from rushes.cli.server_process import Server
from rushes.cli.server_running import Serving, check, counts_of
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.model.serving import ServerAtWork


@command
@listening
def up(session: Session, **given: Any) -> int:
    """Start all that is needed in the background, and print the address.

    The bundled PostgreSQL is started unless a database URL is set. The first time, an admin is
    made, whose password is shown once and kept nowhere.
    """
    settings = session.settings
    with server_process.alone(settings.data_dir):
        server = server_process.recall(settings.data_dir)
        if server is not None and server_process.alive(server):
            _same(server, given)
            _same_database(server, settings)
            return _tell(session, "It was running already.", server)
        serving = Serving(**given)
        check(serving)
        server = server_background.start(session, serving)
        with closing(bootstrap.people(bootstrap.without_server(settings))) as people:
            first = server_background.first_login(people, session.actor)
    return _tell(session, "Started.", server, first=first)


@command
def down(session: Session) -> int:
    """End what `rushes up` started, and nothing else.

    The database that was started with it stays while another server works with it.
    """
    settings = session.settings
    with server_process.alone(settings.data_dir):
        server = server_process.recall(settings.data_dir)
        ended = server is not None and server_process.end(server)
        if server is not None and server.database and not settings.database.url:
            try:
                ended = bootstrap.stop_database(settings) or ended
            except RushesError as error:
                show.note(error.message)
        server_process.forget(settings.data_dir)
    return _tell(session, "Ended." if ended else "It was not running.", None)


@command
def status(session: Session) -> int:
    """Tell how the server and its database stand. Exits 3 unless both answer.

    Other servers that work with this database are told, too: `rushes serve` in the foreground, or
    on another machine. Where there is none in the background, those of this machine are asked.
    """
    server = server_process.recall(session.settings.data_dir)
    if server is not None and not server_process.alive(server):
        server = None
    others = [
        one
        for one in bootstrap.servers_at_work(session.settings)
        if server is None or one.machine or one.process != server.pid
    ]
    _tell(session, "", server, others=others)
    urls = [server.url] if server is not None else [one.url for one in others if not one.machine]
    ready = any(server_process.answers(url) == 200 for url in urls if url)
    return exits.OK if ready else exits.UNAVAILABLE


@command
@click.option(
    "-n", "--lines", type=click.IntRange(1, 100_000), default=50, show_default=True,
    help="How many of the last lines.",
)  # fmt: skip
@click.option("-f", "--follow", is_flag=True, help="Go on with what is written, until Ctrl-C.")
def logs(session: Session, *, lines: int, follow: bool) -> int:
    """Print what the server in the background had to say."""
    path = server_background.log_of(session.settings)
    found = server_background.last_lines(path, lines)
    if session.as_json:
        show.json("rushes.logs/1", {"path": str(path), "lines": found})
        return exits.OK
    for line in found:
        show.text(line)
    if not path.exists():
        show.note("There is no log yet: start the server with `rushes up`.")
    elif follow:
        for line in server_background.following(Path(path)):
            show.text(line)
    return exits.OK


def _tell(
    session: Session,
    did: str,
    server: Server | None,
    *,
    first: FirstLogin | None = None,
    others: Sequence[ServerAtWork] = (),
) -> int:
    answer = server_process.answers(server.url) if server is not None else 0
    database = _database(session, server, answer)
    beside = _beside(session, server)
    if session.as_json:
        show.json("rushes.server/1", _row(did, server, database, first, beside, others))
        return exits.OK
    if did:
        show.text(did)
    if server is not None:
        state = "" if answer == 200 else " (it does not answer yet)"
        show.text(f"Rushes: {server.url}{state}", bold=True)
        show.text(f"  process {server.pid}, log {server.log}")
        for one in beside:
            again = f", started {one.starts} times" if one.starts > 1 else ""
            show.text(f"  {one.name}: {f'process {one.pid}' if one.alive else 'ended'}{again}")
    elif not did and not others:
        show.text("Rushes is not running; start it with `rushes up`.")
    elif not did:
        show.text("No server runs in the background.")
    for other in others:
        show.text(f"  rushes serve: {other}")
    show.text(f"  database {database.kind}: {database.state}, {database.place}")
    if first is not None:
        show.text()
        show.text(f"Log in as {first.login} with the password {first.password}")
        show.text("  It is shown this once. `rushes user password` sets another.")
    return exits.OK


def _same(server: Server, given: Mapping[str, Any]) -> None:
    """Refuse options that the server does not run with: asked for, they would not be had."""
    context = click.get_current_context()
    apart = [
        f"{one.opts[0]} {server.options.get(one.name, 'as it was started')} (not {given[one.name]})"
        for one in context.command.params
        if one.name in given
        and context.get_parameter_source(one.name) is not ParameterSource.DEFAULT
        and server.options.get(one.name) != given[one.name]
    ]
    if apart:
        raise RushesError(
            Code.USAGE,
            f"Rushes runs already at {server.url}, with other options: {', '.join(apart)}.",
            hint="Run `rushes down` first, or `rushes up` without these options.",
        )


def _same_database(server: Server, settings: Settings) -> None:
    """Refuse another database than the server's, for the same reason."""
    if server.kind and server.place != database_place(settings):
        raise RushesError(
            Code.USAGE,
            f"Rushes runs already at {server.url}, with another database: {server.place}"
            f" (not {database_place(settings)}).",
            hint="Run `rushes down` first, or give this one a data folder of its own"
            " (RUSHES_DATA_DIR).",
        )


def _database(session: Session, server: Server | None, answer: int) -> DatabaseState:
    """The server's database, which need not be that of whoever asks; its own where none runs."""
    if server is None or not server.kind:
        return database_state(session.settings)
    if answer == 200:
        return DatabaseState(server.kind, "running", server.place)
    if server.place == database_place(session.settings):
        return database_state(session.settings)
    return DatabaseState(server.kind, "broken", server.place)


def _beside(session: Session, server: Server | None) -> list[Neighbour]:
    """What runs beside the server."""
    if server is None:
        return []
    return neighbours(counts_of(session.settings.data_dir, server.pid))


def _row(
    did: str,
    server: Server | None,
    database: DatabaseState,
    first: FirstLogin | None,
    beside: list[Neighbour],
    others: Sequence[ServerAtWork],
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "did": did,
        "running": server is not None,
        "url": server.url if server is not None else "",
        "pid": server.pid if server is not None else None,
        "log": server.log if server is not None else "",
        "database": {"kind": database.kind, "state": database.state, "place": database.place},
        "beside": [
            {"name": one.name, "pid": one.pid, "running": one.alive, "starts": one.starts}
            for one in beside
        ],
        "others": [{"pid": one.process, "url": one.url, "machine": one.machine} for one in others],
        "first_login": None,
    }
    if first is not None:
        row["first_login"] = {"login": first.login, "password": first.password}
    return row
