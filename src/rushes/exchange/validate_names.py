"""Names held against a project: its templates, its grammars, and the shots and assets it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.names import folded
from rushes.model.finding import Finding, Severity
from rushes.tracking.naming import Template
from rushes.tracking.naming_fit import Fit, fits, misfit
from rushes.tracking.naming_templates import ShotCode, Templates
from rushes.tracking.naming_tokens import Values


@dataclass(frozen=True)
class OnRecord:
    """What a project has, by token: the codes of its shots, assets, sequences, episodes, tasks.

    A token that is not here was not asked for, and nothing is said of it.
    """

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def unknown(self, values: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
        """Tokens whose value is not on record: the token, the value, the nearest that is."""
        for token, value in values.items():
            known = self.codes.get(token)
            code = str(value)
            if known is None or code in known:
                continue
            near = [one for one in known if folded(one) == folded(code)]
            near = near or get_close_matches(code, sorted(known), n=1)
            yield token, code, near[0] if near else ""


@dataclass(frozen=True)
class Rules:
    """What names are held against. `templates` are those asked for, `whole` the project's set.

    `show` is the show's code, which a name may not contradict; empty where nothing is known.
    """

    templates: Mapping[str, Template]
    whole: Templates
    on_record: OnRecord = field(default_factory=OnRecord)
    show: str = ""

    @property
    def takes_codes(self) -> bool:
        """Whether a name may also be a shot's code by itself: where no template was picked."""
        return bool(self.whole.shots) and self.templates is self.whole.templates


class Judged(NamedTuple):
    """One name: which templates it fits, what is wrong with it, and what it should be.

    `where` is the line of the file it came from, for people. `right` is empty where that would
    be a guess.
    """

    name: str
    fits: tuple[Fit, ...] = ()
    findings: tuple[Finding, ...] = ()
    right: str = ""
    where: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.findings


def judged_names(rules: Rules, names: Iterable[str]) -> Iterator[Judged]:
    """Each name by itself, and beside those before it: two spellings of one name are told."""
    spelt: dict[str, str] = {}
    for name in names:
        found = judged(rules, name)
        before = spelt.setdefault(folded(name), name)
        if before != name:
            found = found._replace(findings=(*found.findings, _twin(name, before)))
        yield found


def judged(rules: Rules, name: str, *, where: str = "") -> Judged:
    """One name. `where` is the file's line that it is on."""
    subject = where or escape(name)
    found = tuple(fits(rules.templates, name))
    if not found and (code := _code(rules, name)) is not None:
        found = (Fit(code.grammar, name, {"shot": name}),)
    if not found:
        return _misfitting(rules, name, subject)._replace(where=where)
    findings = tuple(_unknown(rules, found[0].values, subject))
    return Judged(name, found, findings, where=where)


def _code(rules: Rules, name: str) -> ShotCode | None:
    if not rules.takes_codes:
        return None
    try:
        return rules.whole.shot(name)
    except RushesError:
        return None


def _misfitting(rules: Rules, name: str, subject: str) -> Judged:
    if not rules.templates:
        return Judged(name, findings=(_nothing(subject),))
    nearest = misfit(rules.templates, name)
    found = replace(nearest.finding(), subject=subject)
    right = nearest.departure.right
    # The template may be about the end of a path alone; the name is given whole.
    return Judged(name, (), (found,), f"{name.removesuffix(nearest.held)}{right}" if right else "")


def _unknown(rules: Rules, values: Values, subject: str) -> Iterator[Finding]:
    """What the name says that is not so on record."""
    show = str(values.get("show") or values.get("project") or "")
    if rules.show and show and show != rules.show:
        yield Finding(
            "naming.show",
            Severity.ERROR,
            subject,
            f"It is named after the show {show}, and this is {rules.show}.",
            found=show,
            wanted=rules.show,
            fix=f"Write {rules.show}.",
        )
    for token, code, near in rules.on_record.unknown(values):
        yield not_on_record("naming", (token, code, near), subject)


def not_on_record(room: str, unknown: tuple[str, str, str], subject: str) -> Finding:
    """The finding of one of `OnRecord.unknown`; `room` begins its rule."""
    token, code, near = unknown
    return Finding(
        f"{room}.{token}",
        Severity.ERROR,
        subject,
        f"The {token} {code} is not on record.",
        found=code,
        wanted=near,
        fix=f"Write {near}, if that is meant." if near else f"Put the {token} on record.",
    )


def _twin(name: str, before: str) -> Finding:
    return Finding(
        "naming.spelling",
        Severity.ERROR,
        escape(name),
        f"It is {escape(before)} where case and accents are not told apart.",
        found=escape(name),
        wanted=escape(before),
        fix="Write it in one way.",
    )


def _nothing(subject: str) -> Finding:
    return Finding(
        "naming.misfit",
        Severity.ERROR,
        subject,
        "There is no template that it could be held against.",
        fix="Set naming.templates, or take a set: --like rushes.",
    )
