"""Paths held against a project's templates: which fit, and of the others the nearest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.tracking.naming import Template
from rushes.tracking.naming_misfit import Departure, departure
from rushes.tracking.naming_parts import Literal, Optional
from rushes.tracking.naming_safety import danger
from rushes.tracking.naming_tokens import Values


@dataclass(frozen=True, slots=True)
class Fit:
    """A template that a path fits. `held` is as much of the path as the template is about."""

    template: str
    held: str
    values: Values


@dataclass(frozen=True, slots=True)
class Misfit:
    """The template that a path comes nearest to, and where it leaves it."""

    path: str
    template: str
    text: str
    held: str
    departure: Departure

    def finding(self) -> Finding:
        """The misfit as something found in storage."""
        right = self.departure.right
        return Finding(
            rule="naming.misfit",
            severity=Severity.ERROR,
            subject=escape(self.path),
            message=f"It is not named as {self.template}: {self.departure.why}.",
            found=escape(self.held[self.departure.at :]),
            wanted=right or self.text,
            fix=f"Name it {right}." if right else "",
        )


def fits(templates: Mapping[str, Template], path: str, *, rooted: bool = False) -> list[Fit]:
    """All templates that a path fits, in their order.

    A template without a slash is held against the last part of the path. One with slashes is
    held against the whole of a `rooted` path, which begins in the folder of all shows, and else
    against as many of the last parts as it has itself.
    """
    found = []
    for name, template in templates.items():
        for held in _held(template, path, rooted=rooted):
            values = template.match(held)
            if values is not None:
                found.append(Fit(name, held, values))
                break
    return found


def misfit(templates: Mapping[str, Template], path: str, *, rooted: bool = False) -> Misfit:
    """The nearest template, of at least one, that a path does not fit, and why.

    The nearest is one that the path would fit if its padding, case and separators were put
    right, then one of no more folders than it has, then the one that it follows furthest.
    """
    made = [
        (_nearness(template, held, left := departure(template, held)), name, held, left)
        for name, template in templates.items()
        for held in _held(template, path, rooted=rooted)
    ]
    if not made:  # it leads out of where it begins
        first = next(iter(templates))
        outside = Departure(0, danger(path.lstrip("/")))
        return Misfit(path, first, templates[first].text, path, outside)
    _, name, held, left = max(made, key=itemgetter(0))
    return Misfit(path, name, templates[name].text, held, left)


def _nearness(template: Template, held: str, left: Departure) -> tuple[bool, bool, float, int]:
    deep_enough = held.count("/") + 1 >= _depths(template.parts)[0]
    return bool(left.right), deep_enough, left.at / max(1, len(held)), left.fixed


def _held(template: Template, path: str, *, rooted: bool) -> Iterator[str]:
    """The ends of the path that the template is about."""
    parts = path.split("/")
    if ".." in parts:
        return
    fewest, most = _depths(template.parts)
    if rooted and most > 1:
        yield path
        return
    given = [part for part in parts if part]
    lengths = {min(length, len(given)) for length in range(fewest, most + 1)}
    for length in sorted(lengths, reverse=True):
        yield "/".join(given[len(given) - length :])


def _depths(parts: Iterable[object]) -> tuple[int, int]:
    """How many names a path has at least and at most."""
    fewest = most = 1
    for part in parts:
        if isinstance(part, Literal):
            fewest += part.text.count("/")
            most += part.text.count("/")
        elif isinstance(part, Optional):
            most += _depths(part.parts)[1] - 1
    return fewest, most
