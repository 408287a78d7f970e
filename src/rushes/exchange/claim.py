"""Whose media it is, as far as names and manifests tell: its shot, its task, its version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rushes.exchange.manifest import Entry
from rushes.tracking.naming import Template
from rushes.tracking.naming_fit import Fit, fits, misfit
from rushes.tracking.naming_tokens import Values

_EXTRA = ("name", "label", "element")  # what a name may say of a task that is called nothing else


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says; what it does not say is empty, or a version of 0.

    `shot` is as that source writes it: a whole code, or the last part of one that `episode` and
    `scene` complete. `asset` is set where it is no shot's. `by` is the template or the manifest's
    line.
    """

    by: str
    show: str = ""
    episode: str = ""
    scene: str = ""
    shot: str = ""
    asset: str = ""
    task: str = ""
    version: int = 0

    def codes(self) -> Iterator[tuple[str, ...]]:
        """The ways in which records may call the shot, the fullest first: as (episode, sequence,
        shot), (sequence, shot), or by a code that holds all of it.
        """
        parts = tuple(one for one in (self.episode, self.scene, self.shot) if one)
        if self.episode and self.scene:
            yield parts
        if self.scene:
            yield self.scene, self.shot
        for at in range(len(parts)):
            yield ("_".join(parts[at:]),)
        split = tuple(self.shot.split("_"))
        if len(parts) == 1 and len(split) in (2, 3):
            yield split


def claim_of_entry(entry: Entry) -> Claim:
    """What a manifest says. Its `asset` is the kind of work where it names a shot, too."""
    return Claim(
        entry.where,
        entry.show,
        entry.episode,
        entry.scene,
        entry.shot,
        asset="" if entry.shot else entry.asset,
        task=entry.asset if entry.shot else "",
        version=entry.version,
    )


def claims_of_path(
    templates: Mapping[str, Template], path: str, *, unnumbered: str = ""
) -> list[Claim]:
    """What the templates read in a path, or else in the name of the folder that it lies in.

    `unnumbered` is the path of a sequence without its frame number, for templates that leave open
    whether there is one: they cannot tell a number from a part of the ending. Readings that say
    the same are one; several say that the name is ambiguous.
    """
    folder = path.rpartition("/")[0]
    for held in (path, unnumbered, folder):
        found: list[Claim] = []
        for fit in fits(templates, held) if held else ():
            claim = _claim(fit)
            if claim is not None and not any(_same(claim, one) for one in found):
                found.append(claim)
        if found:
            return _fullest(found)
    return []


def nearest(
    templates: Mapping[str, Template], path: str, *, frames: bool = False
) -> tuple[str, str]:
    """Why a path fits no template, and what would: for whoever has to rename it.

    Held against it are templates of what is delivered, those of `frames` where it is of some.
    """
    if not templates:
        return "the project has no naming templates", ""
    found = misfit(_of_deliveries(templates, frames=frames), path).finding()
    return f"{found.message[:1].lower()}{found.message[1:].rstrip('.')}", found.wanted


def _of_deliveries(templates: Mapping[str, Template], *, frames: bool) -> Mapping[str, Template]:
    """Those that tell a version of a shot or an asset, and nothing that only a studio counts."""
    told = {
        name: one
        for name, one in templates.items()
        if name != "workfile"
        and "iteration" not in one.fields
        and "version" in one.fields
        and {"shot", "asset"} & set(one.fields)
    }
    numbered = {name: one for name, one in told.items() if "frame" in one.fields}
    return (numbered if frames else None) or told or templates


def _claim(fit: Fit) -> Claim | None:
    """The claim of a fitting name; None where the template is about something else."""
    values: Values = fit.values
    told = {name: str(value) for name, value in values.items()}
    if "version" not in values or not ({"shot", "asset"} & values.keys()):
        return None
    shot, asset = told.get("shot", ""), told.get("asset", "")
    task = told.get("task") or told.get("department") or told.get("dept") or ""
    if shot and not task:
        task, asset = asset or next((told[one] for one in _EXTRA if one in told), ""), ""
    return Claim(
        fit.template,
        told.get("show") or told.get("project") or "",
        told.get("episode", ""),
        told.get("scene") or told.get("sequence") or told.get("seq") or "",
        shot,
        asset="" if shot else asset,
        task=task,
        version=int(values["version"]),
    )


def _same(one: Claim, other: Claim) -> bool:
    return (one.shot, one.asset, one.task, one.version) == (
        other.shot,
        other.asset,
        other.task,
        other.version,
    )


def _fullest(found: Sequence[Claim]) -> list[Claim]:
    """The readings without those that say a part of what another says."""
    return [
        one
        for one in found
        if not any(
            other is not one
            and (one.shot, one.version) == (other.shot, other.version)
            and not one.task
            and other.task
            for other in found
        )
    ]
