"""`rushes info` and `rushes doctor`: this machine, the settings, the database, the tools."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.database_state import DatabaseState, database_state
from rushes.cli.environment import Machine, Package, broken_packages, machine, packages
from rushes.cli.expected import expected
from rushes.cli.face import command
from rushes.cli.health import (
    Check,
    State,
    check_cluster,
    check_database,
    check_extras,
    check_listing,
    check_machine,
    check_packages,
    check_server,
    check_settings,
    check_surroundings,
)
from rushes.cli.programs import Program, programs
from rushes.cli.session import Session
from rushes.cli.settings_rows import setting_rows
from rushes.client.state import ServerState
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.extras import missing_extras
from rushes.core.settings import Settings

_COLOURS = {State.OK: "green", State.WARNING: "yellow", State.BROKEN: "red"}


@dataclass(frozen=True, slots=True)
class _Facts:
    machine: Machine
    packages: list[Package]
    programs: list[Program]
    settings: Settings
    problem: RushesError | None  # why `settings` are but the defaults
    database: DatabaseState
    server: ServerState | None  # None where the records are on this machine
    checks: list[Check]

    @property
    def healthy(self) -> bool:
        return all(check.state is not State.BROKEN for check in self.checks)


@command
def info(session: Session) -> int:
    """Tell about this machine, the settings with their sources, the database and the tools.

    Nothing is started or changed. Exits 0 whatever it finds; `rushes doctor` judges.
    """
    facts = _gather(session)
    if session.as_json:
        show.json("rushes.info/1", _as_json(facts))
    else:
        _show_machine(facts)
        _show_settings(facts.settings, facts.problem)
        _show_database(facts.database)
        _show_server(facts.server)
        _show_programs(facts.programs)
        _show_checks([check for check in facts.checks if check.state is not State.OK])
    return exits.OK


@command
def doctor(session: Session) -> int:
    """Look for what is missing or broken, and say how to mend it.

    Exits 1 when something that is needed is broken. With --json, the same as `rushes info`.
    """
    facts = _gather(session)
    if session.as_json:
        show.json("rushes.info/1", _as_json(facts))
    else:
        _show_checks(facts.checks)
        missing = [program.name for program in facts.programs if program.path is None]
        if missing:
            show.text(f"Not found, and not needed: {', '.join(missing)}.")
        show.text("All that is needed works." if facts.healthy else "Something needs mending.")
    return exits.OK if facts.healthy else exits.FOUND


def _senseless(settings: Settings) -> RushesError | None:
    """What commands would refuse of settings that can be read: a range, a template."""
    try:
        bootstrap.layout(settings)
        expected(None, settings, no_db=True)
    except RushesError as error:
        return error
    return None


def _gather(session: Session) -> _Facts:
    problem: RushesError | None = None
    try:
        settings = session.settings
    except RushesError as error:
        settings, problem = Settings(), error
    else:
        problem = _senseless(settings)
    here, database = machine(os.environ), database_state(settings)
    server = bootstrap.server_state(settings)
    found = packages(bundled_database=not settings.database.url)
    checks = [
        *check_machine(here),
        *check_listing(by_python=bootstrap.lists_by_python()),
        *check_packages(found, broken_packages(found)),
        check_extras(missing_extras()),
        *check_settings(settings, problem),
        *check_cluster(settings, found),
        *check_database(database),
        *check_server(server),
        *check_surroundings(os.environ),
    ]
    return _Facts(here, found, programs(os.environ), settings, problem, database, server,
                  checks)  # fmt: skip


def _as_json(facts: _Facts) -> dict[str, Any]:
    here, database = facts.machine, facts.database
    return {
        "healthy": facts.healthy,
        "machine": {
            "rushes": here.rushes,
            "python": here.python,
            "executable": escape(here.executable),
            "system": here.system,
            "cores": here.cores,
            "file_names": here.names,
            "variables": {name: escape(value) for name, value in here.variables.items()},
        },
        "packages": [
            {"name": one.name, "version": one.version, "needed": one.needed, "use": one.use}
            for one in facts.packages
        ],
        "programs": [_program_json(one) for one in facts.programs],
        "settings_files": [escape(str(path)) for path in facts.settings.files],
        "settings": []
        if facts.problem
        else [row.as_json() for row in setting_rows(facts.settings)],
        "notes": list(facts.settings.notes),
        "log": escape(str(facts.settings.log_file)),
        "database": {
            "kind": database.kind,
            "state": database.state,
            "place": database.place,
            "version": database.version or None,
            "message": database.message,
        },
        "server": _server_json(facts.server),
        "checks": [
            {"name": one.name, "state": one.state.value, "message": one.message, "fix": one.fix}
            for one in facts.checks
        ],
    }


def _server_json(server: ServerState | None) -> dict[str, Any] | None:
    if server is None:
        return None
    return {
        "url": server.url,
        "answers": server.answers,
        "version": server.version or None,
        "login": server.login or None,
        "tool": server.tool,
        "scopes": list(server.scopes),
        "message": server.message,
    }


def _program_json(program: Program) -> dict[str, Any]:
    return {
        "name": program.name,
        "kind": program.kind,
        "use": program.use,
        "path": escape(str(program.path)) if program.path is not None else None,
        "version": program.version,
        "fix": program.mend,
    }


def _show_machine(facts: _Facts) -> None:
    here = facts.machine
    show.text(f"Rushes {here.rushes}", bold=True)
    show.text(f"Python {here.python} at {escape(here.executable)}")
    show.text(f"{here.system}, {here.cores} cores")
    for name, value in here.variables.items():
        show.text(f"{name}={escape(value)}")
    _show_heading("Packages")
    show.table((one.name, one.version or "missing", one.use) for one in facts.packages)


def _show_settings(settings: Settings, problem: RushesError | None) -> None:
    _show_heading("Settings")
    if problem is not None:
        show.text("They cannot be read (see below); what else is told here goes by the defaults.")
        return
    for note in settings.notes:
        show.text(note)
    show.table((row.name, str(row.origin), row.shown) for row in setting_rows(settings))
    show.text(f"Log file: {escape(str(settings.log_file))}")


def _show_database(database: DatabaseState) -> None:
    _show_heading("Database")
    version = f" (PostgreSQL {database.version})" if database.version else ""
    show.text(f"{database.kind}, {database.state}{version}: {database.place}")
    if database.message:
        show.text(database.message)


def _show_server(server: ServerState | None) -> None:
    if server is None:
        return
    _show_heading("Server")
    if server.message:
        show.text(f"{server.url}: {server.message}")
        return
    show.text(f"{server.url}, Rushes {server.version}")
    show.text(f"The token is {server.login}'s: {server.tool}, for {', '.join(server.scopes)}")


def _show_programs(found: list[Program]) -> None:
    _show_heading("Programs")
    show.table(
        (one.name, one.version or "-", escape(str(one.path)) if one.path else "not found")
        for one in found
    )
    if any(one.path is None for one in found):
        show.text("None is needed by what Rushes does today. To have one found: install it,")
        show.text("or put the folder of its program on PATH.")


def _show_checks(checks: list[Check]) -> None:
    if checks:
        _show_heading("Checks")
    for check in checks:
        label = show.styled(f"{check.state.value:<7}", _COLOURS[check.state])
        show.text(f"{label}  {check.name}: {check.message}")
        if check.fix:
            show.text(f"{'':9}{check.fix}")


def _show_heading(title: str) -> None:
    show.text()
    show.text(title, bold=True)
