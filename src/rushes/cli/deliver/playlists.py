"""Playlists as the records have them, listed and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rushes.bootstrap.which_project import which_project
from rushes.cli import show
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, studio
from rushes.exchange.delivery.choosing import Choosing, Chosen
from rushes.exchange.delivery.item import Item
from rushes.exchange.delivery.order import Selection
from rushes.ports.studio import Entity


class Playlist(NamedTuple):
    """A playlist with its Versions; `chosen` is None where it has none."""

    code: str
    record: Entity
    chosen: Chosen | None


def listed(session: Session, project: str, show_code: str) -> tuple[str, list[Entity]]:
    """The project's code, and its playlists. Raises `record.not_found`."""
    with studio(session) as records:
        choosing = Choosing(records, ACCESS)
        found = choosing.show(which_project(session.settings, project, show_code))
        return found.code, list(choosing.playlists(found))


def one_playlist(session: Session, project: str, show_code: str, name: str) -> Playlist:
    """The playlist of that name. Raises `record.not_found` and `usage`."""
    with studio(session) as records:
        choosing = Choosing(records, ACCESS)
        found = choosing.show(which_project(session.settings, project, show_code))
        record = choosing.playlist(found, name)
        if not record.fields["versions"]:
            return Playlist(found.code, record, None)
        return Playlist(found.code, record, choosing.choose(found.code, Selection(playlist=name)))


def show_playlists(found: Sequence[Entity]) -> None:
    """One line each."""
    rows = [("Playlist", "Versions", "Description")]
    rows += [
        (
            show.printable(str(one.fields["name"])),
            f"{len(one.fields['versions']):,}",
            show.printable(" ".join(str(one.fields["description"]).split())),
        )
        for one in found
    ]
    show.table(rows if found else [], right=(1,))
    if not found:
        show.note("There is no playlist.")


def show_playlist(found: Playlist) -> None:
    """Its Versions, one line each."""
    items = found.chosen.items if found.chosen is not None else []
    rows = [("Version", "Of", "Status", "By", "May leave")]
    rows += [
        (
            show.printable(str(one.fields["name"])),
            show.printable(one.name),
            str(one.fields["status"]),
            show.printable(one.artist),
            "no" if one.refused else "if it is signed off",
        )
        for one in items
    ]
    show.table(rows if items else [])
    if not items:
        show.note("It is empty.")


def playlist_row(one: Entity) -> dict[str, Any]:
    """A playlist as JSON."""
    return {
        "id": one.id,
        "name": str(one.fields["name"]),
        "description": str(one.fields["description"]),
        "versions": list(one.fields["versions"]),
    }


def whole_row(found: Playlist) -> dict[str, Any]:
    """A playlist as JSON, with its Versions told."""
    items = found.chosen.items if found.chosen is not None else []
    return {
        "show": found.code,
        "id": found.record.id,
        "name": str(found.record.fields["name"]),
        "description": str(found.record.fields["description"]),
        "versions": [_version(one) for one in items],
    }


def _version(one: Item) -> dict[str, Any]:
    return {
        "id": one.version.id,
        "name": str(one.fields["name"]),
        "of": one.subject.on,
        "task": one.subject.task,
        "version": one.number,
        "status": str(one.fields["status"]),
        "artist": one.artist,
        "approved": not one.refused,
    }
