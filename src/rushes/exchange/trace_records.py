"""What the studio's records know of a file: by its bytes, by its path, and what led to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.exchange.reconcile_entry import Entry, Side
from rushes.exchange.reconcile_files import paths_of
from rushes.exchange.reconcile_records import component_paths, with_component
from rushes.exchange.trace_file import Traced, digests_of
from rushes.exchange.trace_model import Belongs, Checksum, Derived, Trace
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.publish.components import ALGORITHM
from rushes.tracking.links import links_of
from rushes.transfer.hashing_algorithms import ALGORITHMS

_PAGE = 500
_MOST_DERIVED = 1_000
_BYTES, _PATH, _NOTED = "bytes", "path", "noted"


@dataclass
class RecordsTrace:
    """Looks through the publishes of all projects, or of one (`project` is its number)."""

    studio: Studio
    access: Access
    file: Traced
    into: Trace
    project: int | None = None
    _names: dict[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)

    def run(self, *, verify: bool) -> None:
        """Fill in what belongs to it, its checksums on record, and what it derives from."""
        found = dict(self._publishes(verify=verify))
        found |= {one: "delivery" for one in sorted(self.file.publishes) if one not in found}
        publishes = self._whole("publish", list(found))
        for one in publishes:
            self.into.belongs.append(self._belongs("publish", one, found[one.id]))
        self._versions(list(found))
        self._workfiles()
        self._derived(publishes, verify=verify)

    def _publishes(self, *, verify: bool) -> Iterator[tuple[int, str]]:
        """Publishes that have the file, and how they were found: by bytes, by path, or both."""
        path = escape(self.file.path) if self.file.path else ""
        for one in self._all("publish", ("path", "components", "created")):
            parts = [part for part in one.fields["components"] if isinstance(part, Mapping)]
            by = set()
            files = _files(one.fields["path"], parts, path, self.file.sought)
            for digest, name, others in files:
                if digest and digest == self.file.sought:
                    by.add(_BYTES if self.file.digest else _NOTED)
                    self.file.origins |= {name: None} if name and name != path else {}
                by |= {_PATH} if name and name == path else set()
                if digest:
                    self._checksum(one, digest, at_path=bool(name) and name == path)
                self._others(one, others, verify=verify)
            if path and not parts and one.fields["path"] == path:
                by.add(_PATH)
                self.into.unknown.append(f"Publish {one.id} has no checksum of its files.")
            if by:
                yield one.id, " and ".join(sorted(by))

    def _checksum(self, one: Entity, digest: str, *, at_path: bool) -> None:
        now = self.file.digest
        agrees = digest == now if now else None
        told = Checksum(f"publish {one.id}", ALGORITHM, digest, agrees, str(one.fields["created"]))
        self.into.checksums.append(told)
        other = bool(self.file.sought) and digest != self.file.sought
        if at_path and other:
            what = "It has not the bytes" if now else "What is noted with it are not the bytes"
            self.into.wrong.append(f"{what} that publish {one.id} has on record for this path.")

    def _others(self, one: Entity, digests: Mapping[str, str], *, verify: bool) -> None:
        """Digests in other algorithms, compared as those of hash lists are."""
        when = str(one.fields["created"])
        for name, digest in digests.items():
            known = name in self.file.digests or (verify and name in ALGORITHMS)
            now = self.file.digest_in(name) if known else None
            agrees = now == digest if now is not None else None
            told = Checksum(f"publish {one.id}", name, digest, agrees, when)
            self.into.checksums.append(told)

    def _versions(self, publishes: Sequence[int]) -> None:
        names = {escape(self.file.path)} if self.file.path else set()
        if self.file.path:
            names.add(escape(f"{self.file.above}/{self.file.pattern}"))
        seen: set[int] = set()
        asked: list[tuple[str, list[Any]]] = [("publish", list(publishes))] if publishes else []
        asked += [("id", sorted(self.file.versions))] if self.file.versions else []
        asked += [(name, sorted(names)) for name in ("frames_path", "movie_path") if names]
        for name, values in asked:
            for one in self._all("version", (), Filter(name, Op.IN, values)):
                if one.id not in seen:
                    seen.add(one.id)
                    by = {"publish": "publish", "id": "delivery"}.get(name, _PATH)
                    self.into.belongs.append(self._belongs("version", one, by))

    def _workfiles(self) -> None:
        if self.file.path:
            wanted = Filter("path", Op.IS, escape(self.file.path))
            for one in self._all("workfile", (), wanted):
                self.into.belongs.append(self._belongs("workfile", one, _PATH))
                self.into.unknown.append(f"Workfile {one.id} has no checksum on record.")

    def _derived(self, publishes: Sequence[Entity], *, verify: bool) -> None:
        """All that these were made of, step by step; each publish once, whatever circles."""
        seen = {one.id for one in publishes}
        step = 1
        level = [(one.id, number) for one in publishes for number in _targets(one)]
        while level and len(self.into.derived) < _MOST_DERIVED:
            new = {number: by for by, number in reversed(level) if number not in seen}
            seen |= new.keys()
            there = {one.id: one for one in self._whole("publish", sorted(new))}
            for number, by in sorted(new.items()):
                if number not in there:
                    self.into.unknown.append(
                        f"Publish {by} says that it was made of publish {number}, which is not on"
                        " record."
                    )
                    continue
                self.into.derived.append(self._step(there[number], by, step, verify=verify))
            level = [(one.id, target) for one in there.values() for target in _targets(one)]
            step += 1
        if level and len(self.into.derived) >= _MOST_DERIVED:
            self.into.unknown.append(f"What lies further back than {_MOST_DERIVED:,} publishes.")

    def _step(self, one: Entity, by: int, steps: int, *, verify: bool) -> Derived:
        told = self._belongs("publish", one, "")
        made = Derived(one.id, by, steps, told.show, told.of, told.number, told.status, told.path)
        for _, part in component_paths(told.path, one.fields["components"]):
            manifest = part.get("manifest") or part.get("digests") or {}
            digest = manifest.get(ALGORITHM) if isinstance(manifest, Mapping) else None
            if isinstance(digest, str):
                what = "its frames' digests" if part.get("manifest") else ""
                self.into.checksums.append(
                    Checksum(f"publish {one.id}", ALGORITHM, digest, note=what or part["name"])
                )
        if not verify:
            return made
        verified, why = verified_publish(told.path, one.fields["components"])
        if verified is False:
            self.into.wrong.append(f"Publish {one.id}, which it derives from: {why}")
        elif verified is None:
            self.into.unknown.append(f"Publish {one.id}, which it derives from: {why}")
        return made._replace(verified=verified, told=why)

    def _belongs(self, kind: str, one: Entity, by: str) -> Belongs:
        fields = one.fields
        task = self._one("task", fields.get("task"))
        of = [self._label("shot", (fields.get("shot") or task.get("shot")))]
        of += [self._label("asset", (fields.get("asset") or task.get("asset")))]
        number = fields.get("version") or fields.get("number") or 0
        iteration = fields.get("iteration")
        metadata = fields.get("metadata")
        drop = metadata.get("ingest") if isinstance(metadata, Mapping) else None
        return Belongs(
            kind,
            one.id,
            by,
            self._label("project", fields.get("project")),
            " ".join(filter(None, (*of, fields.get("asset_name") if not any(of) else "",
                                   fields.get("part"), str(task.get("name", ""))))),
            f"v{number:03d}" + (f"_i{iteration:03d}" if iteration else ""),
            str(fields.get("status") or ""),
            self._label("artist", fields.get("artist")),
            str(fields.get("created") or ""),
            str(fields.get("path") or fields.get("frames_path") or fields.get("movie_path") or ""),
            str(fields.get("comment") or ""),
            drop if isinstance(drop, Mapping) else None,
        )  # fmt: skip

    def _label(self, kind: str, number: object) -> str:
        fields = self._one(kind, number)
        return str(fields.get("code") or fields.get("login") or "")

    def _one(self, kind: str, number: object) -> Mapping[str, Any]:
        if not isinstance(number, int):
            return {}
        if (kind, number) not in self._names:
            found = self._whole(kind, [number])
            self._names[kind, number] = found[0].fields if found else {}
        return self._names[kind, number]

    def _whole(self, kind: str, numbers: Sequence[int]) -> list[Entity]:
        """These records, without those that are not there."""
        found: list[Entity] = []
        for at in range(0, len(numbers), _PAGE):
            wanted = Filter("id", Op.IN, list(numbers[at : at + _PAGE]))
            query = Query((wanted,), archived=True, limit=_PAGE)
            found += self._pages(kind, query)
        return found

    def _all(self, kind: str, fields: Sequence[str], *filters: Filter) -> Iterable[Entity]:
        mine = () if self.project is None else (Filter("project", Op.IS, self.project),)
        query = Query((*mine, *filters), fields=tuple(fields), archived=True, limit=_PAGE)
        return self._pages(kind, query)

    def _pages(self, kind: str, query: Query) -> Iterator[Entity]:
        return every(lambda page: self.studio.find(kind, query, access=self.access, page=page))


def verified_publish(path: str, components: Sequence[Any]) -> tuple[bool | None, str]:
    """Whether a publish's files still have the digests on record, and what came of it.

    None where that cannot be told: it has none, it lies elsewhere than on this machine's disks,
    or it cannot be read.
    """
    parts = [one for one in components if isinstance(one, Mapping)]
    count = 0
    for place, part in component_paths(path, parts):
        entry = _entry(place, part)
        files = list(paths_of(entry))
        if not entry.digests or len(entry.digests) != len(files):
            return None, "it has no checksums on record."
        if not place.startswith("/"):
            return None, f"it lies at {place}, which is not read here."
        for (_, name), digest in zip(files, entry.digests, strict=True):
            try:
                if digests_of(name, [ALGORITHM])[ALGORITHM] != digest:
                    return False, f"{escape(name)} has other bytes than on record."
            except RushesError as error:
                return None, error.message
            count += 1
    return (
        (True, f"{count:,} files as on record") if count else (None, "it has no files on record.")
    )


def _files(
    path: str, parts: Sequence[Mapping[str, Any]], sought: str, digest: str
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Of a publish's files those with this digest or at this path: the digest, and its path and its
    other digests where these are known.
    """
    for place, part in component_paths(path, parts):
        digests = part.get("digests")
        found = digests.get(ALGORITHM, ()) if isinstance(digests, Mapping) else ()
        has = bool(digest) and (digest in found if isinstance(found, list) else digest == found)
        near = bool(sought) and sought.rpartition("/")[0] == place.rpartition("/")[0]
        if not has and not near:
            continue
        told = False
        for at, (name, one) in enumerate(component_files(place, part)):
            at_path = bool(sought) and name == sought
            if at_path or (has and one == digest):
                told = True
                yield one, name, _other_digests(part, at)
        if has and not told:
            yield digest, "", {}


def _other_digests(part: Mapping[str, Any], at: int) -> Mapping[str, str]:
    """What a component has of its file `at` besides the BLAKE3, by algorithm."""
    digests = part.get("digests")
    told: dict[str, str] = {}
    for name, found in digests.items() if isinstance(digests, Mapping) else ():
        listed = found if isinstance(found, (list, tuple)) else [found]
        if name != ALGORITHM and at < len(listed) == part.get("files"):
            told[str(name)] = str(listed[at])
    return told


def component_files(place: str, part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The files of a component at their escaped paths, each with its BLAKE3 or nothing."""
    entry = _entry(place, part)
    files = list(paths_of(entry))
    listed = entry.digests if len(entry.digests) == len(files) else ("",) * len(files)
    above = place.rpartition("/")[0]
    for (_, name), one in zip(files, listed, strict=True):
        # A URL has two slashes in a row, of which a path keeps one.
        yield f"{above}/{escape(name.rpartition('/')[2])}" if "://" in above else escape(name), one


def _entry(place: str, part: Mapping[str, Any]) -> Entry:
    return with_component(Entry(Side.RECORDS, place, "", 0), part)


def _targets(one: Entity) -> Iterator[int]:
    return (link.publish for link in links_of(one.fields["links"]))
