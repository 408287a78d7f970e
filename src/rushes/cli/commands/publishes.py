"""`rushes publishes`: what is on record, as a list or one by its id."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.publish_sheet import check_of, noted_row
from rushes.cli.session import Session
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.publish.ledger import Ledger, Noted, Sought
from rushes.publish.target import shown
from rushes.tracking.refusing import shown as shown_text


@click.group()
def publishes() -> None:
    """List publishes, and show one of them, wherever the settings have them written down."""


@command
@click.option("--show", "show_", default="", metavar="SHOW", help="Of this show only.")
@click.option("--seq", default="", metavar="SEQ", help="The shot's sequence, where several fit.")
@click.option("--shot", default="", metavar="SHOT", help="Of this shot only.")
@click.option("--task", default="", metavar="TASK", help="Of this task of the shot only.")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="No more than so many.",
)
def list_(session: Session, *, show_: str, seq: str, shot: str, task: str, most: int) -> int:
    """List publishes, the newest first."""
    with closing(bootstrap.ledger(session.settings, session.actor)) as ledger:
        asked = list(ledger.find(Sought(show_, seq, shot, task=task, most=most + 1)))
        notes = ledger.notes()
        if not asked and show_ and session.settings.tracking.backend == "json":
            _check_show(session, ledger, show_)
    found, more = asked[:most], len(asked) > most
    if session.as_json:
        rows = [noted_row(one) for one in found]
        told = {"publishes": rows, "more": more, "findings": [one.row() for one in notes]}
        show.json("rushes.publishes/1", told)
        return exits.OK
    show.table((_line(one) for one in found), right=(0,))
    show.findings(notes)
    if more:
        show.note("There are older ones, too: --most tells how many are listed.")
    if not found:
        show.note("There is none.")
    return exits.OK


def _check_show(session: Session, ledger: Ledger, name: str) -> None:
    """Raise `record.not_found` for a show that has neither publishes nor a folder: lines know no
    others, as a database does.
    """
    shows = session.settings.shows_root
    if shows is not None and (shows / name).is_dir():
        return
    if not any(ledger.find(Sought(name, "", "", most=1))):
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is no show {shown_text(name)} on record.",
            hint="`rushes publishes list` has those of all shows.",
        )


@command
@click.argument("number", type=click.IntRange(min=1), metavar="ID")
def show_(session: Session, *, number: int) -> int:
    """Show the publish called ID: what it is of, its files, and where it lies."""
    with closing(bootstrap.ledger(session.settings, session.actor)) as ledger:
        found = ledger.get(number)
    if session.as_json:
        show.json("rushes.publishes-show/1", noted_row(found, whole=True))
        return exits.OK
    show.table(_facts(found))
    show.table((_part(one) for one in found.components), right=(2, 3))
    return exits.OK


def _line(one: Noted) -> Sequence[str]:
    target = one.target
    names = (target.name, target.task, target.software, target.asset, target.part)
    return (
        str(one.id),
        " ".join(escape(name) for name in names if name),
        shown(one.number),
        one.status.value + (" latest" if one.is_latest else ""),
        clock.iso(one.created)[:19] + "Z",
        one.artist or "-",
        show.printable(one.comment),
    )


def _facts(one: Noted) -> Sequence[Sequence[str]]:
    check = check_of(one)
    rows = [
        ("Publish", str(one.id)),
        ("Of", " ".join(_line(one)[1].split())),
        ("Version", shown(one.number)),
        ("Record", _line(one)[3]),
        ("Status", str(check.get("status", "-"))),
        ("Recorded", f"{clock.iso(one.created)[:19]}Z by {one.artist or 'nobody known'}"),
        ("Path", one.path or "-"),
        ("Item", escape(one.item_usd_path)),
        ("Layer", escape(one.asset_usd_path)),
        ("Note", show.printable(one.comment)),
    ]
    return [row for row in rows if row[1]]


def _part(one: object) -> Sequence[str]:
    row = one if isinstance(one, dict) else {}
    name = "/".join(filter(None, (str(row.get("folder", "")), str(row.get("name", "?")))))
    size = row.get("size")
    return (
        f"  {name}",
        str(row.get("frames", "")),
        show.counted(int(row.get("files", 1)), "file"),
        human_bytes(size) if isinstance(size, int) else "-",
    )


list_.short_help = "List publishes, the newest first."
show_.short_help = "Show one publish by its id."
publishes.add_command(list_, "list")
publishes.add_command(show_, "show")
