"""Which Versions are meant: those of a playlist, or the latest approved ones of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from rushes.core.errors import Code, RushesError
from rushes.exchange.delivery.item import Item
from rushes.exchange.delivery.order import Selection
from rushes.exchange.delivery.subject import Subject, subjects
from rushes.exchange.reconcile_records import APPROVED
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.tracking.shows.state import Show, find_project, read_show

_PAGE = 1_000
_AT_ONCE = 200  # publishes in one question: those of long sequences are large


@dataclass(frozen=True, slots=True)
class Chosen:
    """The show, what counts as approved in it, and its Versions that were asked for, in order."""

    show: Show
    statuses: tuple[str, ...]
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Choosing:
    """Reads what is asked for from the records, for whoever may see it."""

    studio: Studio
    access: Access

    def choose(self, show: str, selection: Selection) -> Chosen:
        """The Versions. Raises `record.not_found` for what is not there, `usage` where a name
        means several, and `nothing.found` where no Version is meant.
        """
        found = self.show(show)
        statuses = selection.statuses or _approved(found)
        known = subjects(found)
        rows: Iterable[Entity] = (
            self._of_playlist(found, selection.playlist)
            if selection.playlist
            else self._in_scope(found, known, selection, statuses)
        )
        nobody = Subject(found.code)
        items = [Item(one, known.get(one.fields["task"], nobody)) for one in rows]
        if not items:
            raise _nothing(found, selection, statuses)
        self._complete(items)
        for one in items:
            _check_status(one, statuses)
        return Chosen(found, statuses, items)

    def show(self, name: str) -> Show:
        """The show called so, by its code or its title. Raises `record.not_found`."""
        return read_show(self.studio, self._code(name), access=self.access)

    def playlist(self, show: Show, name: str) -> Entity:
        """The playlist called so. Raises `record.not_found`, and `usage` where several are."""
        there = list(self.playlists(show))
        found = [one for one in there if one.fields["name"] == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise RushesError(
                Code.USAGE,
                f"{len(found)} playlists of {show.code} are called {name!r}.",
                hint="Rename one of them.",
            )
        raise _unknown("playlist", name, (str(one.fields["name"]) for one in there), show.code)

    def playlists(self, show: Show) -> Iterator[Entity]:
        """All playlists of a show, by their names."""
        return self._find("playlist", Filter("project", Op.IS, show.project.id), order=("name",))

    def _code(self, show: str) -> str:
        """The code of the project that is called so, by its code or its title."""
        for name in ("code", "name"):
            found = list(self._find("project", Filter(name, Op.IS, show)))
            if len(found) == 1:
                return str(found[0].fields["code"])
        return str(find_project(self.studio, show, access=self.access).fields["code"])

    def _of_playlist(self, show: Show, name: str) -> Sequence[Entity]:
        """Its Versions in its order, each once."""
        ids = list(dict.fromkeys(self.playlist(show, name).fields["versions"]))
        found: list[Entity] = []
        for at in range(0, len(ids), _PAGE):
            found += self.studio.get("version", ids[at : at + _PAGE], access=self.access)
        return found

    def _in_scope(
        self,
        show: Show,
        known: Mapping[int, Subject],
        selection: Selection,
        statuses: Sequence[str],
    ) -> Iterator[Entity]:
        """Approved Versions of what is named, by what they are of; of each task the latest."""
        takes = _scope(show, known, selection)
        found: dict[int, list[Entity]] = {}
        project = Filter("project", Op.IS, show.project.id)
        for one in self._find("version", project, Filter("status", Op.IN, list(statuses))):
            subject = known.get(one.fields["task"])
            if subject is not None and takes(subject):
                found.setdefault(one.fields["task"], []).append(one)

        def place(task: int) -> tuple[str, ...]:
            one = known[task]
            return one.episode, one.sequence, one.shot, one.asset, one.task

        for task in sorted(found, key=place):
            some = sorted(found[task], key=lambda one: int(one.fields["number"]))
            yield from some if selection.every else some[-1:]

    def _complete(self, items: Sequence[Item]) -> None:
        """Add each Version's publish, and who made it."""
        publishes = self._by_id("publish", (one.fields["publish"] for one in items))
        artists = self._by_id("artist", (one.fields["artist"] for one in items))
        for one in items:
            one.publish = publishes.get(one.fields["publish"] or 0)
            artist = artists.get(one.fields["artist"] or 0)
            if artist is not None:
                one.artist = str(artist.fields["name"] or artist.fields["login"])

    def _by_id(self, kind: str, numbers: Iterable[int | None]) -> dict[int, Entity]:
        ids = sorted({one for one in numbers if one})
        found: dict[int, Entity] = {}
        for at in range(0, len(ids), _AT_ONCE):
            some = self.studio.get(kind, ids[at : at + _AT_ONCE], access=self.access)
            found |= {one.id: one for one in some}
        return found

    def _find(self, kind: str, *filters: Filter, order: tuple[str, ...] = ()) -> Iterator[Entity]:
        query = Query(filters, order, limit=_PAGE)
        return every(lambda page: self.studio.find(kind, query, access=self.access, page=page))


def _approved(show: Show) -> tuple[str, ...]:
    """What counts as approved: those of the usual statuses that the project's workflow knows."""
    table = show.project.fields["workflow"].get("version")
    if not table:
        return APPROVED
    known = {*table, *(one for each in table.values() for one in each)}
    found = tuple(one for one in APPROVED if one in known)
    if found:
        return found
    raise RushesError(
        Code.USAGE,
        f"The workflow of {show.code} has no status called {' or '.join(APPROVED)}.",
        hint=f"Say which of its own may leave, as in --statuses {min(known)}.",
    )


def _scope(
    show: Show, known: Mapping[int, Subject], selection: Selection
) -> Callable[[Subject], bool]:
    """Whether something is meant. Raises `record.not_found` for a name that nothing has."""
    there = list(known.values())
    episodes = {str(one.fields["code"]) for one in show.episodes}
    sequences = {str(one.fields["code"]) for one in show.sequences}
    shots = {name for one in there if one.shot for name in (one.shot, one.on)}
    for kind, names, all_ in (
        ("episode", selection.episodes, episodes),
        ("sequence", selection.sequences, sequences),
        ("shot", selection.shots, shots),
    ):
        for name in names:
            if name not in all_:
                raise _unknown(kind, name, all_, show.code)

    def takes(one: Subject) -> bool:
        wanted_shot = not selection.shots or {one.shot, one.on} & set(selection.shots)
        return bool(
            (not selection.episodes or one.episode in selection.episodes)
            and (not selection.sequences or one.sequence in selection.sequences)
            and wanted_shot
        )

    return takes


def _check_status(item: Item, statuses: Sequence[str]) -> None:
    status = str(item.fields["status"])
    if item.fields["archived"] is not None or not item.subject.task:
        what = "It" if item.fields["archived"] is not None else "What it is of"
        item.refuse("archived", f"{what} is archived.", fix="Take it back first, or leave it out.")
    elif status not in statuses:
        item.refuse(
            "status",
            f"It is not approved: its status is {status!r}.",
            fix="Have it approved, take it off the playlist, or say which statuses may leave:"
            " --statuses.",
            found=status,
            want=" or ".join(statuses),
        )


def _unknown(kind: str, name: str, there: Iterable[str], show: str) -> RushesError:
    known = sorted(set(there))
    near = get_close_matches(name, known, n=1)
    some = ", ".join(known[:10])
    hint = f"Did you mean {near[0]}?" if near else f"There are: {some}." if some else ""
    return RushesError(Code.RECORD_NOT_FOUND, f"{show} has no {kind} {name!r}.", hint=hint)


def _nothing(show: Show, selection: Selection, statuses: Sequence[str]) -> RushesError:
    if selection.playlist:
        told, hint = f"The playlist {selection.playlist!r} has no Version in use.", ""
    else:
        told = f"No Version of {show.code} that is meant is {' or '.join(statuses)}."
        hint = "Approve one, name more of the show, or say which statuses may leave: --statuses."
    return RushesError(Code.NOTHING_FOUND, told, hint=hint)
