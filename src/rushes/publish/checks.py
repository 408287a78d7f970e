"""What a publish must say before it is written down, whoever keeps it."""

from __future__ import annotations

from dataclasses import replace

from rushes.model.work import NewPublish, StreamKey
from rushes.publish.component_checks import check_components
from rushes.publish.parts import PartPaths, read_paths
from rushes.tracking.links import checked_links
from rushes.tracking.paths import check_path
from rushes.tracking.refusing import refused, shown

_PATHS = ("path", "item_usd_path", "asset_usd_path", "preview_path")


def checked(made: NewPublish, stream: StreamKey | None = None) -> NewPublish:
    """The publish as it is kept: its links in the one way that links are written.

    Raises `field.invalid` for what no record may say: paths that lead elsewhere; one of the two
    paths of a USD part without the other, or not of their form, or of another asset or part than
    the number of that `stream` is for; components and links that make no sense. Where links lead is
    for the keeper to say.
    """
    for name in _PATHS:
        check_path(name, getattr(made, name))
    paths = read_paths(made.item_usd_path, made.asset_usd_path)
    if stream is not None:
        _check_named(made, stream, paths)
    check_components(made.components)
    return replace(made, links=tuple(checked_links(made.links)))


def _check_named(made: NewPublish, stream: StreamKey, paths: PartPaths | None) -> None:
    if stream.asset and made.asset_name not in ("", stream.asset):
        held, other = shown(stream.asset), shown(made.asset_name)
        raise refused("asset_name", f"the number is for {held}, not {other}")
    if paths is None:
        return
    asset = stream.asset or made.asset_name
    for what, said, seen in (("asset", asset, paths.asset), ("part", stream.part, paths.part)):
        if said != seen and (said or what == "part"):
            raise refused(
                "item_usd_path",
                f"its {what} is {shown(seen)}, and the number is for {shown(said)}",
                hint=f"Reserve a number of the {what} that the path names.",
            )
