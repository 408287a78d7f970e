"""From options to one run of reconciling: the sides opened, the rows shown as they come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import NamedTuple

from rushes import bootstrap
from rushes.cli import exits
from rushes.cli import reconciling_sheet as sheet
from rushes.cli.reconciling_wish import Wish
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS
from rushes.cli.shows.opening import studio as opened_studio
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.reconcile import Asks, Reconciling
from rushes.exchange.reconcile_checksums import Checksums
from rushes.exchange.reconcile_entry import Entry, Side, SideTold
from rushes.exchange.reconcile_judging import Judge
from rushes.exchange.reconcile_owners import Owners
from rushes.exchange.reconcile_records import Bases, RecordEntries
from rushes.exchange.reconcile_rules import USUAL, read_rules
from rushes.exchange.reconcile_shots import OwnersReconciling
from rushes.exchange.reconcile_there import folder_there
from rushes.exchange.reconcile_tree import tree_entries
from rushes.exchange.validate_paths import Way, structure
from rushes.exchange.validate_records import templates_on_record
from rushes.ports.studio import Studio
from rushes.tracking.naming_templates import built_in
from rushes.tracking.shows.folder_template import Structure
from rushes.tracking.shows.folder_wishes import root_of
from rushes.tracking.shows.state import Show, read_show
from rushes.transfer.learning import Place

# Without these records are out of reach; anything else is wrong with what was asked for.
_AWAY = (Code.DATABASE_UNAVAILABLE, Code.SERVER_UNAVAILABLE, Code.DATABASE_NEWER)
_SHOT, _ASSET = "shot", "asset"


@dataclass
class _Sides:
    """All that was opened for one run."""

    told: dict[Side, SideTold] = field(default_factory=dict)
    places: dict[Side, Place] = field(default_factory=dict)
    streams: list[Iterator[Entry]] = field(default_factory=list)
    records: RecordEntries | None = None


def reconciled(session: Session, wish: Wish) -> int:
    """Run it, show it, and tell the exit code."""
    _check(session, wish)
    rules = read_rules(wish.rules) if wish.rules is not None else USUAL
    with ExitStack() as stack:
        shows = _shows(session, wish, stack)
        show = shows.show
        root = _root(session, wish, show)
        sides = _opened(session, wish, shows, root)
        tracker = _tracker(session, wish, sides, root, stack)
        run: Reconciling | OwnersReconciling
        if wish.scope == "versions":
            checksums = Checksums(sides.places, Judge(sides.told)) if wish.checksum else None
            run = Reconciling(
                sides.streams,
                sides.told,
                rules,
                checksums=checksums,
                tracker=tracker,
                explain=wish.explain,
            )
        else:
            run = _owners(session, wish, show, sides, root)
        shown = sheet.Sheet(wish, session.as_json, disk=root, s3=wish.place)
        for row in run.rows():
            shown.row(row)
        elsewhere = sides.records.elsewhere if sides.records is not None else 0
        shown.end(sides.told, matched=run.matched, elsewhere=elsewhere)
    return _code(sides, shown)


def _check(session: Session, wish: Wish) -> None:
    """Refuse what would be passed over in silence."""
    given = {
        "--rules": wish.rules is not None,
        "--tracker": wish.tracker is not None,
        "--checksum": wish.checksum,
        "--explain": wish.explain,
    }
    odd = [name for name, is_given in given.items() if is_given]
    if wish.scope != "versions" and odd:
        raise RushesError(
            Code.USAGE,
            f"{odd[0]} is of versions, and the scope is {wish.scope}.",
            hint="Leave one of them out.",
        )
    if wish.as_csv and session.as_json:
        raise RushesError(Code.USAGE, "--csv and --json exclude each other.", hint="Take one.")


def _code(sides: _Sides, shown: sheet.Sheet) -> int:
    unread = shown.unread or any(one.asked and not one.whole for one in sides.told.values())
    there = any(one.entries for one in sides.told.values())
    codes = [exits.FOUND] if shown.count else []
    codes += [exits.UNAVAILABLE] if unread else []
    if not codes and not there:
        return exits.NOT_THERE
    return exits.gravest(codes)


class _Shows(NamedTuple):
    """The show and the records that have it, or why they are out of reach."""

    show: Show | None = None
    studio: Studio | None = None
    why: str = ""


def _shows(session: Session, wish: Wish, stack: ExitStack) -> _Shows:
    """The show, opened for the whole run. Raises `record.not_found`."""
    try:
        studio = stack.enter_context(opened_studio(session))
        return _Shows(read_show(studio, wish.project, access=ACCESS), studio)
    except RushesError as error:
        if error.code not in _AWAY:
            raise
        return _Shows(why=error.message)


def _root(session: Session, wish: Wish, show: Show | None) -> str:
    """The show's own folder on disk; empty where nothing tells."""
    shows_root = session.settings.shows_root
    if show is not None:
        try:
            return str(root_of(show, at=wish.at, shows_root=shows_root))
        except RushesError:
            return ""
    if wish.at is not None:
        return os.path.abspath(wish.at)
    return os.path.join(os.path.abspath(shows_root), wish.project) if shows_root else ""


def _opened(session: Session, wish: Wish, shows: _Shows, root: str) -> _Sides:
    sides = _Sides()
    show, studio, why = shows
    records = sides.told[Side.RECORDS] = SideTold(Side.RECORDS, wish.project, why=why)
    owners = Owners(
        wish.project,
        bootstrap.layout(session.settings),
        ways=_ways(show),
        shots=[(str(key[-2]), str(key[-1])) for key in show.shot_keys.values()] if show else (),
        assets=[str(one.fields["code"]) for one in show.assets] if show else (),
    )
    if show is not None and studio is not None:
        bases = Bases(_disk_bases(show, root), wish.place)
        sides.records = RecordEntries(show, studio, ACCESS, bases, wish.expected, records)
        sides.streams.append(_guarded(sides.records.entries(), records))
    rules = bootstrap.rules(session.settings)
    for side, place in ((Side.DISK, root), (Side.S3, wish.place)):
        told = sides.told[side] = SideTold(side, escape(place), asked=bool(place))
        try:
            if place:
                sides.places[side] = opened = bootstrap.place(place)
                if side is Side.DISK:
                    told.why = _not_there(root)
                sides.streams.append(
                    tree_entries(opened, told, owners=owners, rules=rules)
                    if not told.why
                    else iter(())
                )
        except RushesError as error:
            told.why = error.message
    return sides


def _disk_bases(show: Show, root: str) -> tuple[str, ...]:
    """The show's folder here, and as other systems call it."""
    others = [str(one) for one in show.project.fields["roots"].values() if one]
    plain = (one.replace("\\", "/").rstrip("/") for one in (root, *others))
    return tuple(dict.fromkeys(escape(one) for one in plain if one))


def _ways(show: Show | None) -> list[Way]:
    if show is None:
        return []
    try:
        templates = templates_on_record(show, built_in("project-manager"))
    except RushesError:
        templates = built_in("project-manager")
    return list(structure(Structure().folders, templates).ways)


def _not_there(root: str) -> str:
    """Why the disk tells nothing: a folder that is not there, or empty, is rather not mounted."""
    try:
        with os.scandir(root) as entries:
            if next(entries, None) is None:
                return f"{escape(root)} is empty: is its storage mounted?"
    except OSError as error:
        return f"{escape(root)} cannot be read: {error.strerror or error}"
    return ""


def _guarded(entries: Iterator[Entry], told: SideTold) -> Iterator[Entry]:
    """The entries; where records go away half-way, that is told, and nothing said of the rest."""
    try:
        yield from entries
    except RushesError as error:
        if error.code not in _AWAY:
            raise
        told.why = error.message


def _tracker(
    session: Session, wish: Wish, sides: _Sides, root: str, stack: ExitStack
) -> Asks | None:
    if wish.tracker is None:
        return None
    told = sides.told[Side.TRACKER] = SideTold(Side.TRACKER, wish.tracker)
    tracker = stack.enter_context(closing(bootstrap.tracker(session.settings, wish.tracker)))

    def ask(keys: list[str]) -> list[bool | None]:
        found: list[bool | None] = []
        for one in tracker.assets([f"{escape(root)}/{key}" for key in keys]):
            if one.problem is not None:
                told.why = one.problem.told or one.problem.verdict.value
            told.entries += one.asset_id is not None
            found.append(None if one.problem is not None else one.asset_id is not None)
        return found

    return ask  # type: ignore[return-value]


def _owners(
    session: Session, wish: Wish, show: Show | None, sides: _Sides, root: str
) -> OwnersReconciling:
    kind = _SHOT if wish.scope == "shots" else _ASSET
    expected = {Side.RECORDS, Side.DISK} | ({Side.S3} if wish.expected == "all" else set())
    there: Callable[[str], bool | None] = folder_there(
        root, wish.project, kind, templates=session.settings.layout.templates, show=show
    )
    return OwnersReconciling(
        sides.streams,
        sides.told,
        _names(show, kind),
        lambda one: one.kind == kind,
        there,
        frozenset(expected),
    )


def _names(show: Show | None, kind: str) -> list[str]:
    """What is on record and in use."""
    if show is None:
        return []
    if kind == _ASSET:
        return [str(one.fields["code"]) for one in show.assets if not one.fields["archived"]]
    living = [one for one in show.shots if not one.fields["archived"]]
    return [
        "/".join(map(str, show.shot_keys[one.id][-2:]))
        for one in living
        if one.fields["status"] != "omit"
    ]
