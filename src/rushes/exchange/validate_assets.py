"""Assets used consistently: one spelling, nothing behind the latest, no part missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from rushes.core.escape import escape
from rushes.core.names import folded
from rushes.model.finding import Finding, Severity

_PARTING = re.compile(r"[\s_.-]+")


class Use(NamedTuple):
    """That something uses an asset, or one part of it in one version.

    `where` is who uses it, or the line that says so; `group` is what may not use two versions of
    it, empty for itself. No `part` is all of it, a `version` of 0 is not known.
    """

    where: str
    asset: str
    part: str = ""
    version: int = 0
    task: str = ""
    group: str = ""


class Stream(NamedTuple):
    """The publishes of one part of an asset by one task: the highest version that can be used.

    `latest` is 0 where every one of them has failed or is deprecated.
    """

    asset: str
    part: str
    task: str
    software: str
    latest: int


@dataclass(frozen=True)
class Assets:
    """What a project has: its assets' codes, and the streams of their publishes.

    `wanted` are parts that every used asset has to have.
    """

    codes: Sequence[str]
    streams: Sequence[Stream]
    wanted: Sequence[str] = ()


def judged_assets(assets: Assets, uses: Iterable[Use]) -> list[Finding]:
    """All that is not consistent, each told once, in the order in which it was met."""
    found: dict[Finding, None] = dict.fromkeys(_one_code_each(assets.codes))
    spelt = {_spelling(code): code for code in assets.codes}
    streams: dict[str, list[Stream]] = {}
    for stream in assets.streams:
        code = spelt.get(_spelling(stream.asset), stream.asset)
        if code != stream.asset:
            where = f"publishes of {escape(stream.task or stream.part or code)}"
            found[_spelling_finding(where, stream.asset, code)] = None
        streams.setdefault(code, []).append(stream)
    versions: dict[tuple[str, str, str, str], dict[int, str]] = {}
    whole: dict[str, None] = {}
    for use in uses:
        code = spelt.get(_spelling(use.asset), "")
        found.update(dict.fromkeys(_of_use(use, code, streams.get(code, ()), assets.codes)))
        if code:
            whole[code] = None
            key = (use.group or use.where, code, use.part, use.task)
            if use.version:
                versions.setdefault(key, {}).setdefault(use.version, use.where)
    found.update(dict.fromkeys(_two_versions(versions)))
    for code in whole:
        found.update(dict.fromkeys(_missing(code, streams.get(code, ()), assets.wanted)))
    return list(found)


def _one_code_each(codes: Iterable[str]) -> Iterator[Finding]:
    known: dict[str, str] = {}
    for code in codes:
        other = known.setdefault(_spelling(code), code)
        if other != code:
            yield Finding(
                "asset.spelling",
                Severity.ERROR,
                escape(code),
                f"There are two assets {escape(other)} and {escape(code)}: one in two spellings?",
                found=escape(code),
                wanted=escape(other),
                fix="Archive the one that is not meant.",
            )


def _of_use(
    use: Use, code: str, streams: Sequence[Stream], codes: Sequence[str]
) -> Iterator[Finding]:
    if not code:
        near = get_close_matches(use.asset, codes, n=1)
        yield Finding(
            "asset.unknown",
            Severity.ERROR,
            use.where,
            f"The asset {escape(use.asset)} is not on record.",
            found=escape(use.asset),
            wanted=near[0] if near else "",
            fix=f"Write {near[0]}, if that is meant." if near else "Put it on record.",
        )
        return
    if code != use.asset:
        yield _spelling_finding(use.where, use.asset, code)
    meant = [one for one in streams if _is_meant(use, one)]
    if use.part and not any(one.latest for one in meant):
        yield _no_part(use.where, code, use.part)
    usable = [one.latest for one in meant if one.latest]
    if use.version and usable:
        yield from _of_version(use, code, usable)


def _of_version(use: Use, code: str, usable: Sequence[int]) -> Iterator[Finding]:
    """What is wrong with the version that is used; `usable` are the latest of those meant."""
    # Several tasks may publish one part: it is behind where it is nobody's latest, for certain.
    if use.version < min(usable):
        yield Finding(
            "asset.behind",
            Severity.WARNING,
            use.where,
            f"It uses v{use.version:03d} of {_shown(code, use)}; there is v{min(usable):03d}.",
            found=f"v{use.version:03d}",
            wanted=f"v{min(usable):03d}",
            fix="Take the latest, or say why not.",
        )
    if use.version > max(usable):
        yield Finding(
            "asset.version",
            Severity.ERROR,
            use.where,
            f"It uses v{use.version:03d} of {_shown(code, use)}, and the latest that can be used"
            f" is v{max(usable):03d}.",
            found=f"v{use.version:03d}",
            wanted=f"v{max(usable):03d}",
            fix="Take the latest.",
        )


def _is_meant(use: Use, stream: Stream) -> bool:
    return (not use.part or stream.part == use.part) and (not use.task or stream.task == use.task)


def _two_versions(
    versions: Mapping[tuple[str, str, str, str], Mapping[int, str]],
) -> Iterator[Finding]:
    for (group, code, part, _), some in versions.items():
        if len(some) > 1:
            told = " and ".join(f"v{one:03d} ({some[one]})" for one in sorted(some))
            shown = f"{code} {part}".strip()
            yield Finding(
                "asset.two-versions",
                Severity.WARNING,
                group,
                f"It uses {escape(shown)} in {len(some)} versions: {told}.",
                found=", ".join(f"v{one:03d}" for one in sorted(some)),
                fix="Take one of them everywhere.",
            )


def _missing(code: str, streams: Sequence[Stream], wanted: Sequence[str]) -> Iterator[Finding]:
    there = {one.part for one in streams if one.latest}
    if not there and not wanted:
        yield Finding(
            "asset.unpublished",
            Severity.ERROR,
            escape(code),
            "It is used, and no publish of it can be.",
            fix="Publish it.",
        )
    for part in wanted:
        if part not in there:
            yield _no_part(escape(code), code, part)


def _no_part(where: str, code: str, part: str) -> Finding:
    return Finding(
        "asset.part-missing",
        Severity.ERROR,
        where,
        f"The part {escape(part)} of {escape(code)} has no publish that can be used.",
        wanted=escape(part),
        fix="Publish it, or use another.",
    )


def _spelling_finding(where: str, found: str, code: str) -> Finding:
    return Finding(
        "asset.spelling",
        Severity.ERROR,
        where,
        f"{escape(found)} is {escape(code)} on record.",
        found=escape(found),
        wanted=escape(code),
        fix=f"Write {escape(code)}.",
    )


def _shown(code: str, use: Use) -> str:
    return escape(" ".join(filter(None, (code, use.part))))


def _spelling(name: str) -> str:
    """The same for all ways to write a name: without case, and without what parts words."""
    return _PARTING.sub("", folded(name))
