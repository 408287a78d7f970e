"""Paths held against the folders that a show has: its structure, and the folders of its names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import product
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.names import danger, folded
from rushes.exchange.validate_names import OnRecord, not_on_record
from rushes.model.finding import Finding, Severity
from rushes.tracking.naming import Template
from rushes.tracking.naming_templates import Templates

_OF_SHOW = ("{show}", "{project}")
_NEARLY = 0.85  # alike enough for a slip of the hand


class Way(NamedTuple):
    """One folder template written out, part by part: a folder's name, or what makes names."""

    text: str
    parts: tuple[str | Template, ...]

    @property
    def plain(self) -> bool:
        """Whether it has folders' own names, which tell it from other ways."""
        return any(isinstance(one, str) for one in self.parts)


@dataclass(frozen=True)
class Structure:
    """The folders that a show has, below its own, and what is on record of it."""

    ways: Sequence[Way]
    on_record: OnRecord = field(default_factory=OnRecord)


class Followed(NamedTuple):
    """How far a path follows one way: so many parts, of which so many are folders' own names."""

    way: Way
    parts: int
    literal: int
    values: Mapping[str, object]


class JudgedPath(NamedTuple):
    """One path, relative to the show's folder: the template it follows, and what is wrong."""

    path: str
    template: str = ""
    findings: tuple[Finding, ...] = ()
    right: str = ""


def structure(
    folders: Iterable[str], templates: Templates, on_record: OnRecord | None = None
) -> Structure:
    """The ways of these folder templates, and of the folders that naming templates tell.

    Raises `notation.invalid`.
    """
    texts = list(folders)
    for one in templates.templates.values():
        above = one.text.rpartition("/")[0]
        if above and above.partition("/")[0] in _OF_SHOW:
            texts.append(above.partition("/")[2])
    ways = [
        Way(text, tuple(_part(part, templates) for part in plain.split("/")))
        for text in dict.fromkeys(filter(None, texts))
        for plain in _plain(text)
    ]
    return Structure(ways, on_record or OnRecord())


def judged_paths(held: Structure, paths: Iterable[str]) -> Iterator[JudgedPath]:
    """Each path, relative to the show's own folder; two spellings of one path are told."""
    spelt: dict[str, str] = {}
    for path in paths:
        found = judged_path(held, path)
        before = spelt.setdefault(folded(path), path)
        if before != path:
            told = f"It is {escape(before)} where case and accents are not told apart."
            twin = Finding("path.spelling", Severity.ERROR, escape(path), told)
            found = found._replace(findings=(*found.findings, twin))
        yield found


def judged_path(held: Structure, path: str) -> JudgedPath:
    """One path; what lies below the last folder of a template is no matter of folders."""
    plain = path.strip("/")
    if wrong := danger(plain):
        told = Finding("path.unsafe", Severity.ERROR, escape(path), f"It is no good path: {wrong}.")
        return JudgedPath(path, findings=(told,))
    parts = plain.split("/")
    reached = [followed(way, parts) for way in held.ways]
    if not reached:
        told = Finding("path.misfit", Severity.ERROR, escape(path), "There is no folder template.")
        return JudgedPath(path, findings=(told,))
    whole = [one for one in reached if one.parts == min(len(parts), len(one.way.parts))]
    if not whole:
        return _misfit(path, parts, reached)
    ways = [(one, tuple(_wrong(held, one, parts, path))) for one in whole]
    best, findings = min(ways, key=lambda one: (len(one[1]), -one[0].literal, -one[0].parts))
    return JudgedPath(path, best.way.text, findings)


def followed(way: Way, parts: Sequence[str]) -> Followed:
    """As much of a way as the parts follow; a token means the same wherever it stands."""
    values: dict[str, object] = {}
    literal = 0
    for at, (part, wanted) in enumerate(zip(parts, way.parts, strict=False)):
        if isinstance(wanted, str):
            if part != wanted:
                return Followed(way, at, literal, values)
            literal += 1
            continue
        read = wanted.match(part)
        if read is None or any(values.get(name, one) != one for name, one in read.items()):
            return Followed(way, at, literal, values)
        values |= read
    return Followed(way, min(len(parts), len(way.parts)), literal, values)


def _misfit(path: str, parts: Sequence[str], reached: Sequence[Followed]) -> JudgedPath:
    """Where the path leaves the ways that it follows furthest, and what there should be."""
    most = max((one.parts, one.literal) for one in reached)
    best = [one for one in reached if (one.parts, one.literal) == most]
    at = most[0]
    names = sorted({one for way in best if isinstance(one := way.way.parts[at], str)})
    made = sorted({one.text for way in best if not isinstance(one := way.way.parts[at], str)})
    near = [one for one in names if folded(one) == folded(parts[at])]
    near = near or get_close_matches(parts[at], names, n=1)
    right = "/".join((*parts[:at], near[0], *parts[at + 1 :])) if near else ""
    found = Finding(
        "path.misfit",
        Severity.ERROR,
        escape(path),
        f"At {escape(parts[at])!r} there should be {' or '.join((*names, *made))}.",
        found=escape(parts[at]),
        wanted=near[0] if near else " or ".join((*names, *made)),
        fix=f"Move it to {escape(right)}, if that is meant." if right else "",
    )
    return JudgedPath(path, best[0].way.text, (found,), right)


def _wrong(
    held: Structure, reached: Followed, parts: Sequence[str], path: str
) -> Iterator[Finding]:
    """What is not on record, or is nearly the folder that others have in its place."""
    for unknown in held.on_record.unknown(reached.values):
        yield not_on_record("path", unknown, escape(path))
    for at in range(reached.parts):
        if isinstance(reached.way.parts[at], str):
            continue
        if near := _slip(parts[at], _beside(held, parts, at)):
            yield Finding(
                "path.nearly",
                Severity.WARNING,
                escape(path),
                f"{escape(parts[at])!r} is nearly {near!r}, which has its place there.",
                found=escape(parts[at]),
                wanted=near,
                fix=f"Call it {near}, if that is meant.",
            )


def _beside(held: Structure, parts: Sequence[str], at: int) -> set[str]:
    """The folders' own names that ways have behind the same folders."""
    return {
        name
        for way in held.ways
        if len(way.parts) > at
        and isinstance(name := way.parts[at], str)
        and followed(way, parts[:at]).parts == at
    }


def _slip(part: str, names: set[str]) -> str:
    if part in names:
        return ""
    near = [one for one in names if folded(one) == folded(part)]
    return next(iter(near or get_close_matches(part, sorted(names), n=1, cutoff=_NEARLY)), "")


def _part(text: str, templates: Templates) -> str | Template:
    if "{" not in text:
        return text
    try:
        return templates.template(text)
    except RushesError as error:
        raise error.told_of(text) from error


def _plain(text: str) -> Iterator[str]:
    """The template with each of its optional parts that holds a slash left out or taken in."""
    pieces: list[tuple[str, ...]] = []
    rest = text
    while rest:
        before, opened, after = rest.partition("[")
        pieces.append((before,))
        if not opened:
            break
        inner, _, rest = after.partition("]")
        pieces.append(("", inner) if "/" in inner else (f"[{inner}]",))
    for taken in product(*pieces):
        yield "".join(taken).strip("/")
