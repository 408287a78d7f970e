"""Entries of a project's records: what its publishes, versions and workfiles say that there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from rushes.core.errors import RushesError
from rushes.exchange.reconcile_entry import Entry, Side, SideTold, stream_of, version_of
from rushes.exchange.reconcile_owners import NOBODY, Owner
from rushes.frames.notation import parse_frames, parse_pattern
from rushes.model.files import FileSequence
from rushes.model.files import Kind as FileKind
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.qc.asset import name_of
from rushes.tracking.shows.asked import spoken
from rushes.tracking.shows.state import Show

APPROVED = ("approved", "client_approved")
_GONE = ("failed", "deprecated")  # what nobody misses
_PUBLISH = (
    *("shot", "asset", "asset_name", "path", "version", "status", "archived", "components"),
)
_VERSION = (
    *("publish", "task", "number", "name", "status", "archived", "frames_path", "movie_path"),
    *("frame_in", "frame_out"),
)
_WORKFILE = ("task", "path", "version", "archived")
_BLAKE3 = "blake3"
_PAGE = 500  # publishes of long sequences are large


@dataclass(frozen=True)
class Bases:
    """What paths on record begin with: the show's folder on disk, and where it lies in S3.

    On disk they are several where records were written on other systems. Each is without a slash
    at its end; none where that side was not asked for.
    """

    disk: tuple[str, ...] = ()
    s3: str = ""

    def key(self, path: str) -> tuple[str, Side] | None:
        """The path below the show's folder, and the side it is on; None where it is elsewhere."""
        for base in self.disk:
            if path.startswith(f"{base}/"):
                return path[len(base) + 1 :], Side.DISK
        if self.s3 and path.startswith(f"{self.s3}/"):
            return path[len(self.s3) + 1 :], Side.S3
        return None


@dataclass
class RecordEntries:
    """Reads them, page by page. `expected` says what ought to be in S3: all, approved or none."""

    show: Show
    studio: Studio
    access: Access
    bases: Bases
    expected: str
    told: SideTold
    elsewhere: int = 0  # paths that lie neither below the show's folder nor in its bucket
    _approved: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._assets = {one.id: one.fields["code"] for one in self.show.assets}
        self._tasks = {one.id: one.fields for one in self.show.tasks}

    def entries(self) -> Iterator[Entry]:
        """Publishes by their components, then what versions and workfiles name besides.

        What has failed, is deprecated or archived is known, and missed nowhere.
        """
        for status in APPROVED:
            self._approved.update(
                int(one.fields["publish"])
                for one in self._all("version", ("publish",), Filter("status", Op.IS, status))
                if one.fields["publish"]
            )
        for one in self._all("publish", _PUBLISH):
            yield from self._publish(one)
        for one in self._all("version", _VERSION):
            yield from self._version(one)
        for one in self._all("workfile", _WORKFILE):
            if found := self._found(one.fields["path"]):
                owner = self._of_task(one.fields["task"])
                wanted = frozenset[Side]() if one.fields["archived"] else frozenset((found[1],))
                yield self._entry(found[0], owner, wanted, f"workfile {one.id}")

    def _publish(self, one: Entity) -> Iterator[Entry]:
        fields = one.fields
        found = self._found(fields["path"])
        if found is None:
            return
        key, side = found
        gone = fields["status"] in _GONE or fields["archived"] is not None
        approved = fields["status"] == "approved" or one.id in self._approved
        wanted = frozenset[Side]() if gone else self._wanted(side, approved=approved)
        owner = self._owner(fields)
        parts = [part for part in fields["components"] if isinstance(part, Mapping)]
        told = f"publish {one.id}"
        if not any(part.get("name") for part in parts):
            yield self._entry(_normal(key), owner, wanted, told)
        for path, part in component_paths(key, parts):
            yield with_component(self._entry(path, owner, wanted, told), part)

    def _version(self, one: Entity) -> Iterator[Entry]:
        fields = one.fields
        owner = self._of_task(fields["task"])
        approved = fields["status"] in APPROVED
        for name in ("frames_path", "movie_path"):
            if not fields[name] or (found := self._found(fields[name])) is None:
                continue
            gone = fields["archived"] is not None
            wanted = frozenset[Side]() if gone else self._wanted(found[1], approved=approved)
            entry = self._entry(_normal(found[0]), owner, wanted, f"version {one.id}")
            first, last = fields["frame_in"], fields["frame_out"]
            whole = name == "frames_path" and first is not None and last is not None
            if whole and "%" in entry.key and first <= last:
                entry = entry._replace(frames=FrameSet((FrameRange(first, last),)))
            yield entry

    def _found(self, path: str) -> tuple[str, Side] | None:
        if not path:
            return None
        found = self.bases.key(path)
        if found is None:
            self.elsewhere += 1
        return found

    def _wanted(self, side: Side, *, approved: bool) -> frozenset[Side]:
        to_s3 = self.expected == "all" or (self.expected == "approved" and approved)
        return frozenset((side, Side.S3)) if to_s3 else frozenset((side,))

    def _entry(self, key: str, owner: Owner, wanted: frozenset[Side], told: str) -> Entry:
        self.told.entries += 1
        number = version_of(key)
        return Entry(
            Side.RECORDS,
            key,
            stream_of(key),
            number,
            owner.name,
            owner.kind,
            known=True,
            wanted=wanted,
            told=told,
        )

    def _owner(self, fields: Mapping[str, Any]) -> Owner:
        key = self.show.shot_keys.get(fields["shot"] or 0)
        if key is not None:
            return Owner("shot", spoken(key[1:]), known=True)
        name = self._assets.get(fields["asset"] or 0, fields.get("asset_name"))
        return Owner("asset", str(name), known=True) if name else NOBODY

    def _of_task(self, number: int) -> Owner:
        task = self._tasks.get(number)
        return self._owner(task) if task is not None else NOBODY

    def _all(self, kind: str, fields: Sequence[str], *filters: Filter) -> Iterator[Entity]:
        mine = (Filter("project", Op.IS, self.show.project.id), *filters)
        query = Query(mine, fields=tuple(fields), archived=True, limit=_PAGE)
        return every(lambda page: self.studio.find(kind, query, access=self.access, page=page))


def component_paths(
    path: str, parts: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where each component of a publish lies; `path` is that of its record."""
    for part in parts:
        if name := part.get("name"):
            above = _above(path, parts)
            yield "/".join(filter(None, (above, str(part.get("folder") or ""), str(name)))), part


def _above(key: str, parts: Sequence[Mapping[str, Any]]) -> str:
    """The folder that components start from: a publish of one file or sequence is called by it."""
    above, _, name = key.rpartition("/")
    if len(parts) == 1:
        own = str(parts[0].get("name"))
        if _normal(name) == own or name in (own, own.replace("%%", "%")):
            folder = str(parts[0].get("folder") or "")
            return above.removesuffix(folder).rstrip("/") if folder else above
    return key


def with_component(entry: Entry, part: Mapping[str, Any]) -> Entry:
    """The entry with what the component tells of it."""
    digests = part.get("digests")
    found = digests.get(_BLAKE3, ()) if isinstance(digests, Mapping) else ()
    listed = tuple(map(str, found)) if isinstance(found, (list, tuple)) else (str(found),)
    frames = None
    if part.get("frames"):
        try:
            frames = parse_frames(
                str(part["frames"]), subframe_digits=int(part.get("subframe_digits") or 0)
            )
        except (RushesError, ValueError):
            frames = None
    return entry._replace(
        frames=frames,
        files=_whole(part.get("files")),
        size=_whole(part.get("size")),
        digests=listed if listed != ("",) else (),
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _normal(key: str) -> str:
    """A path with its frames written as everywhere: `####` and `$F4` are `%04d`."""
    above, _, name = key.rpartition("/")
    try:
        one = parse_pattern(name)
    except RushesError:
        return key
    kind = FileKind.TILES if one.tiles else FileKind.FRAMES
    made = FileSequence(
        PurePosixPath(), one.head, one.tail, one.padding, FrameSet(), kind, one.subframe_digits
    )
    return f"{above}/{name_of(made)}" if above else name_of(made)
