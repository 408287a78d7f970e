"""`rushes db start`, `stop`, `status` and `url`: the bundled database."""

from __future__ import annotations

import click

from rushes import bootstrap
from rushes.cli import exits, server_ended, show
from rushes.cli.database_state import DatabaseState, database_state
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError


@command
def start(session: Session) -> int:
    """Start the bundled PostgreSQL, making it first where there is none yet."""
    _bundled_only(session, "started")
    database = bootstrap.bundled_database(session.settings)
    was = database.status().pid
    database.start()
    return _tell(session, "It was running already." if was else "Started.")


@command
def stop(session: Session) -> int:
    """Stop the bundled PostgreSQL. Scans under way lose it and fail; what is recorded stays.

    Exits 3 while a server works with it: that would start it again at once.
    """
    _bundled_only(session, "stopped")
    server_ended.wanted(session.settings, "stop the database")
    stopped = bootstrap.stop_database(session.settings)
    return _tell(session, "Stopped." if stopped else "It was not running.")


@command
def status(session: Session) -> int:
    """Tell how the database stands; nothing is started. Exits 3 unless it answers."""
    return _tell(session, "")


@command
@click.option("--password", is_flag=True, help="Print the password, too.")
def url(session: Session, *, password: bool) -> int:
    """Print the database's URL, for psql and others; without --password, *** stands for it."""
    from rushes.core.masking import masked_secret

    settings = session.settings
    address = settings.database.url or bootstrap.bundled_database(settings).url()
    shown = address if password else masked_secret(address)
    if session.as_json:
        show.json("rushes.db-url/1", {"url": shown})
    else:
        show.text(shown)
    return exits.OK


def _bundled_only(session: Session, done: str) -> None:
    settings = session.settings
    if settings.database.url:
        origin = settings.origin("database.url")
        raise RushesError(
            Code.USAGE,
            f"The database is a server of your own ({origin}), which is not {done} from here.",
            hint="Unset database.url (RUSHES_DATABASE_URL) to use the bundled one.",
        )


def _tell(session: Session, did: str) -> int:
    state = database_state(session.settings)
    if session.as_json:
        show.json("rushes.db/1", {"did": did, "database": _row(state)})
    else:
        if did:
            show.text(did)
        version = f", PostgreSQL {state.version}" if state.version else ""
        show.text(f"{state.kind}: {state.state}{version}, {state.place}")
        if state.message:
            show.text(f"  {state.message}")
        if state.fix:
            show.text(f"  {state.fix}")
    wanted = "stopped" if did in ("Stopped.", "It was not running.") else "running"
    ended = state.state == wanted or (wanted == "stopped" and state.state == "not made")
    return exits.OK if ended else exits.UNAVAILABLE


def _row(state: DatabaseState) -> dict[str, str]:
    return {
        "kind": state.kind,
        "state": state.state,
        "place": state.place,
        "version": state.version,
        "message": state.message,
        "fix": state.fix,
    }
