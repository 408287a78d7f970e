"""Whether a name and a manifest mean the same, and what both say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rushes.exchange.claim import Claim


def agreed(named: Sequence[Claim], listed: Claim | None) -> tuple[list[Claim], str]:
    """What is left when names are held against a manifest's claim, and why nothing is.

    A manifest completes what a name leaves open, and the other way round; it never overrules it.
    """
    if listed is None:
        return list(named), ""
    if not named:
        return [listed], ""
    fitting = [one for one in named if not differs(one, listed)]
    if fitting:
        return [_merged(one, listed) for one in fitting], ""
    return [], differs(named[0], listed)


def differs(named: Claim, listed: Claim) -> str:
    """What a name and a manifest say that cannot both be so, as a sentence; empty where nothing."""
    pairs = (
        ("show", named.show, listed.show),
        ("asset", named.asset, listed.asset),
        ("task", named.task.casefold(), listed.task.casefold()),
    )
    for what, ours, theirs in pairs:
        if ours and theirs and ours != theirs:
            return f"by its name the {what} is {ours!r}, by {listed.by} {theirs!r}"
    if named.version and listed.version and named.version != listed.version:
        return f"by its name it is v{named.version:03d}, by {listed.by} v{listed.version:03d}"
    if named.shot and listed.shot and not _same_shot(named, listed):
        ours, theirs = _whole(named), _whole(listed)
        return f"by its name the shot is {ours!r}, by {listed.by} {theirs!r}"
    return ""


def _same_shot(named: Claim, listed: Claim) -> bool:
    """Whether two ways to call a shot may be one: with or without the scene, zeros aside."""
    ours, theirs = _parts(named), _parts(listed)
    shorter, longer = sorted((ours, theirs), key=len)
    return longer[len(longer) - len(shorter) :] == shorter


def _parts(claim: Claim) -> list[str]:
    return [_plain(part) for part in _whole(claim).split("_")]


def _whole(claim: Claim) -> str:
    """The code with what completes it, unless it holds that already."""
    above = [one for one in (claim.episode, claim.scene) if one and one not in claim.shot]
    return "_".join((*above, claim.shot))


def _plain(part: str) -> str:
    """A number without its zeros: spreadsheets take them away."""
    return part.lstrip("0") or "0" if part.isascii() and part.isdigit() else part


def _merged(named: Claim, listed: Claim) -> Claim:
    """The name's words where it has any, for they have all their zeros.

    What completes the manifest's shot is left out where the name's own code of it holds that.
    """
    held = _parts(named) if named.shot else []
    episode, scene = ("" if _plain(one) in held else one for one in (listed.episode, listed.scene))
    return replace(
        named,
        by=f"{named.by}, {listed.by}",
        show=named.show or listed.show,
        episode=named.episode or episode,
        scene=named.scene or scene,
        shot=named.shot or listed.shot,
        asset=named.asset or listed.asset,
        task=named.task or listed.task,
        version=named.version or listed.version,
    )
