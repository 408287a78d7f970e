"""Who uses which asset: as the project's records tell, or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.validate_assets import Assets, Stream, Use
from rushes.exchange.validate_rows import Row
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.tracking.links import links_of
from rushes.tracking.shows.asked import spoken
from rushes.tracking.shows.state import Show

_MOST = 1_000
_AT_ONCE = 500
_MOST_DIGITS = 10
_UNUSABLE = ("failed", "deprecated")
_FIELDS = (
    *("asset", "shot", "task", "asset_name", "part", "software", "version", "status"),
    *("is_latest", "links", "path"),
)


class Usage:
    """The assets of one show, and the publishes that are made of others; read once."""

    def __init__(self, show: Show, studio: Studio, *, access: Access) -> None:
        self._show, self._studio, self._access = show, studio, access
        self._codes = {one.id: str(one.fields["code"]) for one in show.assets}
        self._tasks = {one.id: str(one.fields["name"]) for one in show.tasks}
        self._latest: dict[tuple[str, str, str, str], int] = {}
        self._linked: list[tuple[str, str, int]] = []  # who, of which group, uses which publish
        for one in self._all("publish", _FIELDS):
            self._take(one)

    def assets(self, wanted: Sequence[str]) -> Assets:
        """What there is to be used."""
        codes = [one.fields["code"] for one in self._show.assets if not one.fields["archived"]]
        return Assets(codes, [Stream(*key, at) for key, at in self._latest.items()], wanted)

    def uses(self) -> Iterator[Use]:
        """Shots that use an asset, then the latest publishes that were made of one."""
        for one in self._all("usage", ("shot", "asset")):
            key = self._show.shot_keys.get(one.fields["shot"])
            code = self._codes.get(one.fields["asset"])
            if key is not None and code is not None:
                yield Use(spoken(key), code)
        for at in range(0, len(self._linked), _AT_ONCE):
            some = self._linked[at : at + _AT_ONCE]
            targets = self._targets(sorted({number for _, _, number in some}))
            for where, group, number in some:
                fields = targets.get(number, {})
                if code := self._asset(fields):
                    task = self._tasks.get(fields["task"], "")
                    yield Use(where, code, fields["part"], fields["version"], task, group)

    def _take(self, one: Entity) -> None:
        fields = one.fields
        if code := self._asset(fields):
            task = self._tasks.get(fields["task"], "")
            key = (code, str(fields["part"]), task, str(fields["software"]))
            usable = 0 if fields["status"] in _UNUSABLE else int(fields["version"])
            self._latest[key] = max(self._latest.get(key, 0), usable)
        if fields["is_latest"] and fields["status"] not in _UNUSABLE:
            key_of_shot = self._show.shot_keys.get(fields["shot"])
            group = spoken(key_of_shot) if key_of_shot is not None else ""
            where = f"publish {one.id} ({group or code or fields['path']})"
            self._linked += ((where, group, one.publish) for one in links_of(fields["links"]))

    def _asset(self, fields: Mapping[str, Any]) -> str:
        if not fields:
            return ""
        return str(fields["asset_name"] or self._codes.get(fields["asset"] or 0, ""))

    def _targets(self, numbers: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        wanted = (Filter("id", Op.IN, list(numbers)),)
        names = ("asset", "task", "asset_name", "part", "version")
        query = Query(wanted, fields=names, archived=True, limit=_MOST)
        return {one.id: one.fields for one in self._every("publish", query)}

    def _all(self, kind: str, fields: Sequence[str]) -> Iterator[Entity]:
        mine = (Filter("project", Op.IS, self._show.project.id),)
        query = Query(mine, fields=tuple(fields), limit=_MOST)
        return self._every(kind, query)

    def _every(self, kind: str, query: Query) -> Iterator[Entity]:
        return every(lambda page: self._studio.find(kind, query, access=self._access, page=page))


def uses_of_rows(rows: Iterable[Row]) -> Iterator[Use]:
    """What a file says of uses: columns asset, and part, version, task, shot where it has them.

    Raises `manifest.invalid` on a row that names no asset, and on what is no version.
    """
    for row in rows:
        cells = row.cells
        if not (asset := cells.get("asset", "")):
            raise _refused(row.where, "the row names no asset")
        text = cells.get("version", "0").lstrip("vV")
        if not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS):
            raise _refused(row.where, f"{cells['version']!r} is no version")
        part, task = cells.get("part", ""), cells.get("task", "")
        yield Use(row.where, asset, part, int(text), task, cells.get("shot", ""))


def _refused(where: str, why: str) -> RushesError:
    return RushesError(
        Code.MANIFEST_INVALID,
        f"{where}: {escape(why)}.",
        hint="Columns are asset, and part, version, task and shot where they are known.",
    )
