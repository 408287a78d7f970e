"""A publish as older clients send it, made out of its many names and checked against its paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rushes.model.kinds import KINDS, PUBLISH_STATUSES
from rushes.model.work import NewPublish, PublishStatus, StreamKey, WorkKind
from rushes.ports.people import Caller
from rushes.ports.studio import Entity
from rushes.publish.parts import PartPaths, read_paths
from rushes.tracking.links import LINK_KINDS
from rushes.tracking.plain import check_plain
from rushes.tracking.refusing import refused, shown
from rushes.web.compat.given import Given
from rushes.web.compat.numbers import Wanted, bump_of, explicit
from rushes.web.house import house

_NUMBERS = ("source_", "houdini_", "dcc_", "")
_PENDING = PublishStatus.PENDING.value
_TEXTS = ("preview_path", "label", "comment")


@dataclass(frozen=True, slots=True)
class Sent:
    """What is to be recorded, under which number. `paths` is None where it is no part."""

    wanted: Wanted
    fields: dict[str, Any]
    paths: PartPaths | None

    def under(self, token: str) -> NewPublish:
        """The publish, under a number that was reserved."""
        return NewPublish(token, **self.fields)


def stream_of(given: Given, task: Entity) -> tuple[StreamKey, PartPaths | None]:
    """Whose numbers: paths say asset and part, else the names that are given do.

    Raises `field.invalid` where paths and names differ, and where one path is missing.
    """
    metadata = given.fields("metadata")
    asset = _named(given, metadata, "asset_name", "asset")
    part = _named(given, metadata, "part_name", "fx_layer")
    item = given.text("item_usd_path")
    paths = read_paths(item, given.text("asset_usd_path", "part_usd_path"))
    if paths is not None:
        for name, said, seen in (
            ("asset_name", asset, paths.asset),
            ("part_name", part, paths.part),
        ):
            if said not in ("", seen):
                raise refused(name, f"is {shown(said)}, while the paths say {shown(seen)}")
        asset, part = paths.asset, paths.part
    software = given.text("software")
    for name, text in (("software", software), ("part_name", part), ("asset_name", asset)):
        check_plain(name, text)
    return StreamKey(WorkKind.PUBLISH, task.id, software, part, asset), paths


def read(given: Given, task: Entity, who: Caller) -> Sent:
    """The publish that was sent. Raises `field.invalid`, and `record.not_found` for a link."""
    stream, paths = stream_of(given, task)
    version, iteration = explicit(given, *_NUMBERS)
    metadata = given.fields("metadata")
    fields: dict[str, Any] = {
        "status": PublishStatus(given.choice("status", PUBLISH_STATUSES, default=_PENDING)),
        "asset_name": stream.asset,
        "metadata": metadata,
        "components": tuple(map(_component, given.rows("components"))),
        "links": _links(given, who),
        "path": given.text("path", "item_usd_path"),
        **{name: given.text(name) for name in _TEXTS},
    }
    if paths is not None:
        fields["item_usd_path"], fields["asset_usd_path"] = str(paths.item), str(paths.stable)
    _check_lengths(stream, fields)
    return Sent(Wanted(stream, bump_of(given), version, iteration), fields, paths)


def _named(given: Given, metadata: dict[str, Any], name: str, older: str) -> str:
    held = given.text(name) or metadata.get(name) or metadata.get(older) or ""
    if not isinstance(held, str):
        raise refused(f"metadata.{name}", "must be a text")
    return held.strip()


def _component(one: dict[str, Any]) -> dict[str, Any]:
    """A file as it was sent; of what kind it is says who sends no digests."""
    return one if "digests" in one else {"component_type": "data", **one}


def _links(given: Given, who: Caller) -> tuple[dict[str, Any], ...]:
    """What it was made of, each link once; publishes that are not there are refused.

    What kind a link is was never asked: one of no kind that there is keeps its word in `metadata`,
    with whatever else was said of it.
    """
    made: dict[tuple[str, int], dict[str, Any]] = {}
    for at, one in enumerate(given.rows("links")):
        sent = Given(one)
        if (number := sent.whole("target_publish_id", "publish")) is None:
            raise refused(f"links.{at}.target_publish_id", "must be given")
        said = sent.value("link_type", "kind")
        kind = said if said in LINK_KINDS else LINK_KINDS[0]
        more = {name: one[name] for name in sent.left()}
        if said not in (None, kind):
            more["link_type"] = said
        link = {"kind": kind, "publish": number, **({"metadata": more} if more else {})}
        made.setdefault((kind, number), link)
    if made:
        ids = sorted({one["publish"] for one in made.values()})
        house().studio.get("publish", ids, access=who.access, fields=("id",))
    return tuple(made.values())


def _check_lengths(stream: StreamKey, fields: dict[str, Any]) -> None:
    """What columns hold; the kinds say how much."""
    known = KINDS["publish"].by_name
    values = {**fields, "software": stream.software, "part": stream.part}
    for name, value in values.items():
        longest = known[name].longest
        if isinstance(value, str) and longest and len(value) > longest:
            raise refused(name, f"is longer than {longest} characters")
