"""Publishes as older clients know them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rushes.ports.studio import Entity

FIELDS = (
    *("project", "asset", "sequence", "shot", "task", "artist", "software", "part"),
    *("asset_name", "label", "version", "iteration", "status", "is_latest", "path"),
    *("item_usd_path", "asset_usd_path", "preview_path", "comment", "metadata", "components"),
    *("links", "created"),
)
_AS_IT_IS = (
    *("software", "label", "status", "item_usd_path", "asset_usd_path", "preview_path"),
    *("comment", "is_latest", "asset_name"),
)
# What the three paths of a publish are called among its components.
_PATHS = {"item_usd_path": "item_usd", "asset_usd_path": "asset_usd", "preview_path": "preview"}


def row(one: Entity, *, whole: bool) -> dict[str, Any]:
    """A publish; `whole` with its components and links."""
    fields = one.fields
    target_type, target = _target(one)
    made = {
        "id": one.id,
        "publish_id": one.id,
        "project_id": fields["project"],
        "target_type": target_type,
        "target_id": target,
        "task_id": fields["task"],
        "created_by": fields["artist"],
        "source_version": fields["version"],
        "source_iteration": fields["iteration"],
        "version": fields["version"],
        "iteration": fields["iteration"],
        "part_name": fields["part"],
        "part_usd_path": fields["asset_usd_path"],
        "published_at": fields["created"],
        **{name: fields[name] for name in _AS_IT_IS},
        "metadata": _metadata(fields),
    }
    if whole:
        made["components"] = [*fields["components"], *_path_components(fields)]
        made["links"] = [_link(one) for one in fields["links"]]
    return made


def latest_of_each(rows: Iterable[Entity]) -> list[dict[str, Any]]:
    """Of each part the highest of its streams' latest, by the names of parts and assets.

    A part is a stable layer; without paths, a name on an asset of one target. So parts of the same
    name on other assets, or in other shots, are parts of their own.
    """
    kept: dict[tuple[Any, ...], Entity] = {}
    for one in rows:
        fields = one.fields
        if not fields["part"]:
            continue
        stable = fields["asset_usd_path"]
        key = (stable,) if stable else (_target(one), fields["asset_name"], fields["part"])
        if key not in kept or _rank(kept[key]) < _rank(one):
            kept[key] = one
    made = [_latest(one) for one in kept.values()]
    return sorted(
        made, key=lambda one: (one["part_name"].lower(), one["asset_name"].lower(), one["id"])
    )


def _named(one: dict[str, Any]) -> tuple[str, str, int]:
    return one["part_name"].lower(), one["asset_name"].lower(), one["id"]


def _latest(one: Entity) -> dict[str, Any]:
    target_type, target = _target(one)
    fields = one.fields
    return {
        "part_name": fields["part"],
        "part_usd_path": fields["asset_usd_path"],
        "publish_id": one.id,
        "id": one.id,
        "asset_name": fields["asset_name"],
        "target_type": target_type,
        "target_id": target,
        "task_id": fields["task"],
        "source_version": fields["version"],
        "source_iteration": fields["iteration"],
        "version": fields["version"],
        "iteration": fields["iteration"],
        "item_usd_path": fields["item_usd_path"],
        "status": fields["status"],
        "is_latest": True,
    }


def _rank(one: Entity) -> tuple[int, int, int]:
    return one.fields["version"], one.fields["iteration"], one.id


def _target(one: Entity) -> tuple[str, int | None]:
    for kind in ("asset", "shot", "sequence"):
        if one.fields[kind] is not None:
            return kind, one.fields[kind]
    return "", None


def _metadata(fields: Any) -> dict[str, Any]:
    """What was noted, and the names by which older tools look a part up."""
    named = {
        "asset_name": fields["asset_name"],
        "asset": fields["asset_name"],
        "part_name": fields["part"],
        "fx_layer": fields["part"],
    }
    return {**{name: text for name, text in named.items() if text}, **fields["metadata"]}


def _link(one: dict[str, Any]) -> dict[str, Any]:
    """A link by the names that it had."""
    if "publish" not in one:
        return one
    told = {"target_publish_id": one["publish"], "link_type": one["kind"]}
    return {**told, **one.get("metadata", {})}


def _path_components(fields: Any) -> list[dict[str, Any]]:
    named = {one.get("name") for one in fields["components"]}
    return [
        {
            "name": called,
            "component_type": "preview" if called == "preview" else "data",
            "file_path": fields[name],
            "metadata": {"role": called},
        }
        for name, called in _PATHS.items()
        if fields[name] and called not in named
    ]
