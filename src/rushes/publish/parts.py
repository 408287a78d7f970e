"""What the paths of a published USD part say: its asset, its part, its number, its stable layers.

```text
…/usd/<asset>/<part>/data/<part>_v001_i001.usd    the item: one publish, never touched again
…/usd/<asset>/<part>/<part>.usd                   the stable layer of the part, points to an item
…/usd/<asset>/<asset>.usd                         the layer of the asset, composes its parts
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.model.work import Number
from rushes.tracking.naming_safety import danger

_ITEM_ENDINGS = ("usd", "usda", "usdc", "usdz")
_STABLE_ENDINGS = ("usd", "usda")  # what we write is text, which the others cannot hold
_NUMBERED = re.compile(r"_v([0-9]{1,9})_i([0-9]{1,9})\.([a-z]+)", re.ASCII)
_FORM = "…/usd/<asset>/<part>/data/<part>_v001_i001.usd"


@dataclass(frozen=True, slots=True)
class PartPaths:
    """Where one publish of a part lies, and the layers above it; all paths are absolute.

    `number` is the one in the item's name.
    """

    item: PurePosixPath
    stable: PurePosixPath
    asset: str
    part: str
    number: Number

    @property
    def asset_layer(self) -> PurePosixPath:
        """The layer that composes the parts of the asset."""
        return self.item.parents[2] / f"{self.asset}.usd"


def made_paths(
    folder: PurePosixPath, asset: str, *, part: str, number: Number, ending: str = "usd"
) -> PartPaths:
    """The paths of a part below `folder`, which is called `usd`. Raises `field.invalid`."""
    home = folder / asset / part
    item = home / "data" / f"{part}_{number}.{ending}"
    found = read_paths(str(item), str(home / f"{part}.usd"))
    assert found is not None
    if (found.asset, found.part) != (asset, part):
        raise _refused(f"{asset!r} and {part!r} are not the names of two folders.")
    return found


def read_paths(item: str, stable: str, *, root: PurePosixPath | None = None) -> PartPaths | None:
    """What the two paths of a publish say; None where it has neither.

    Raises `field.invalid` where one is there without the other, where they are not of the form
    above or do not belong together, and where one leads out of `root` or could do harm.
    """
    if not item and not stable:
        return None
    if not item or not stable:
        missing = "item_usd_path" if not item else "asset_usd_path"
        raise _refused(f"{missing} is missing: both paths are given, or neither is.")
    at = _checked(item, root)
    *_, usd, asset, part, data, name = ("", "", "", "", *at.parts)
    numbered = _NUMBERED.fullmatch(name.removeprefix(part)) if name.startswith(part) else None
    if numbered is None or usd != "usd" or data != "data" or numbered[3] not in _ITEM_ENDINGS:
        raise _refused(f"{item!r} is not the path of an item, such as {_FORM}.")
    number = Number(int(numbered[1]), int(numbered[2]))
    if min(number) < 1:
        raise _refused(f"{name!r} has a zero for its number; numbers begin with 1.")
    wanted = [at.parents[1] / f"{part}.{ending}" for ending in _STABLE_ENDINGS]
    if _checked(stable, root) not in wanted:
        raise _refused(
            f"{stable!r} is not the stable layer of {item!r}, which is {str(wanted[0])!r}."
        )
    return PartPaths(at, PurePosixPath(stable), asset, part, number)


def stable_of(item: str, *, root: PurePosixPath | None = None) -> str:
    """The stable layer that an item has. Raises `field.invalid` where it is none."""
    at = PurePosixPath(item)
    found = read_paths(item, str(at.parent.parent / f"{at.parent.parent.name}.usd"), root=root)
    return str(found.stable) if found else ""


def number_findings(paths: PartPaths, number: Number) -> tuple[Finding, ...]:
    """What is to be told where the name's number is not the one of the publish."""
    if paths.number == number:
        return ()
    return (
        Finding(
            "usd.number",
            Severity.WARNING,
            escape(str(paths.item)),
            f"it is named {paths.number}, and was published as {number}",
            found=str(paths.number),
            wanted=str(number),
            fix="Reserve the number first, and write under that.",
        ),
    )


def safe_name(text: str, what: str) -> str:
    """`text`, where it can be the name of one file or folder anywhere. Raises `field.invalid`."""
    wrong = "it holds a slash" if "/" in text else danger(text)
    if wrong:
        raise _refused(f"{text!r} cannot be the name of {what}: {wrong}.")
    return text


def _checked(path: str, root: PurePosixPath | None) -> PurePosixPath:
    """The path, if it is plain, absolute, and below `root`."""
    if not path.startswith("/"):
        raise _refused(f"{path!r} is not absolute.")
    if wrong := danger(path[1:]):
        raise _refused(f"{path!r} cannot be a path here: {wrong}.")
    at = PurePosixPath(path)
    if root is not None and root not in at.parents:
        raise _refused(f"{path!r} does not lie below {str(root)!r}.")
    return at


def _refused(message: str) -> RushesError:
    return RushesError(
        Code.FIELD_INVALID,
        message,
        hint=f"Write items as {_FORM}, with <part>/<part>.usd as their stable layer.",
    )
