"""A policy from its TOML; what makes no sense in it is refused with the line where it stands."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rushes.core.canonical import canonical
from rushes.core.digest import digester
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings.lines import Dotted
from rushes.model.finding import Severity
from rushes.policy.checks.table import CHECKS
from rushes.policy.condition import Condition
from rushes.policy.kinds import TEXT, TEXTS, Key, Kind, choice, keys_of
from rushes.policy.lines import policy_lines
from rushes.policy.policy import Policy, Rule

_NAME = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", re.ASCII)
_NAMED = "a name of small letters, digits and - _ . between them"
_HINT = "docs/policies.md tells all checks and their keys; `rushes policy show` prints examples."
_CONDITIONS = ("only", "unless")


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError
    return value


def _table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError
    return value


_TABLE = Kind("a table", "{}", _table)
OF_POLICY = {
    one.name: one
    for one in (
        Key("name", Kind(_NAMED, '"studio"', _name), "What it is called.", True, ""),
        Key("version", TEXT, "Its version, a text of the author's choice.", True, ""),
        Key("description", TEXT, "What it is for, in a sentence.", True, ""),
        Key("sources", TEXTS, "Where its rules come from.", False, ()),
        Key("rules", _TABLE, "A table for each rule, called by the rule's own name.", True, {}),
    )
}
OF_RULE = {
    one.name: one
    for one in (
        Key("check", choice(*CHECKS), "What it looks at: the name of a check.", True, ""),
        Key(
            "severity",
            choice(*(one.value for one in Severity)),
            "How bad it is where the rule is broken.",
            False,
            "error",
        ),
        Key("only", _TABLE, "The parts that it is for: a table of conditions.", False, None),
        Key("unless", _TABLE, "Parts that it is not for: a table of conditions.", False, None),
        Key("fix", TEXT, "What to do where it is broken.", False, ""),
        Key("why", TEXT, "Why it is there.", False, ""),
    )
}


def read_policy(path: Path) -> Policy:
    """The policy in a file. Raises `policy.invalid`, `path.not_found` or `path.unreadable`."""
    shown = escape(str(path))
    try:
        text = path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no policy file {shown}.",
            hint="`rushes policy list` lists the policies that are there.",
        ) from error
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"The policy file {shown} cannot be read: {error.strerror or error}.",
            hint="Mend its permissions, or name another.",
        ) from error
    except UnicodeDecodeError as error:
        raise _refused(shown, 1, "it is not UTF-8 text") from error
    return parse_policy(text, origin=shown)


def parse_policy(text: str, *, origin: str = "", shown: str = "") -> Policy:
    """The policy written as `text`. Raises `policy.invalid`, which tells the line.

    `origin` is the escaped path it was read from; without one, errors call it `shown`.
    """
    return _Reading(text, origin, shown or origin or "policy").policy()


@dataclass(slots=True)
class _Reading:
    """One text under way to a policy."""

    text: str
    origin: str
    shown: str
    lines: dict[Dotted, int] = field(default_factory=dict)

    def policy(self) -> Policy:
        table = self._toml()
        self.lines = policy_lines(self.text)
        top = self._checked(table, OF_POLICY, (), "a policy")
        if not top["rules"]:
            raise self._bad(("rules",), "there are no rules, so that all would pass")
        rules = tuple(self._rule(top["name"], name, top["rules"]) for name in top["rules"])
        return Policy(
            top["name"],
            top["version"],
            top["description"],
            top["sources"],
            rules,
            self._digest(table),
            self.text,
            self.origin,
        )

    def _toml(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            told = str(error)
            at = re.search(r" ?\(at line (\d+), column \d+\)", told)
            words = told.replace(at.group(), "") if at else told.split(" (at")[0]
            line = int(at.group(1)) if at else self.text.count("\n") + 1
            raise _refused(self.shown, line, f"it is not TOML: {words}") from error

    def _digest(self, table: dict[str, Any]) -> str:
        digest = digester()
        try:
            digest.update(canonical(table))
        except (TypeError, ValueError) as error:  # a check's own kinds leave nothing of the sort
            raise self._bad((), "it holds a value that JSON cannot") from error
        return digest.hexdigest()

    def _rule(self, policy: str, name: str, rules: dict[str, Any]) -> Rule:
        path = ("rules", name)
        if not _NAME.fullmatch(name):
            raise self._bad(path, f"the rule {name!r} must have {_NAMED}")
        table = rules[name]
        if not isinstance(table, dict):
            raise self._bad(path, f"the rule {name} must be a table, not {table!r}")
        own = {key: value for key, value in table.items() if key in OF_RULE}
        given = self._checked(own, OF_RULE, path, f"the rule {name}")
        made = CHECKS[given["check"]]
        rest = {key: value for key, value in table.items() if key not in OF_RULE}
        about = f"the rule {name} (check {given['check']})"
        keys = self._checked(rest, keys_of(made), path, about)
        conditions = {
            one: self._condition(given[one], (*path, one), f"{one} of the rule {name}")
            for one in _CONDITIONS
        }
        return Rule(
            id=f"{policy}.{name}",
            kind=given["check"],
            check=self._made(made, keys, path, f"the rule {name}"),
            severity=Severity(given["severity"]),
            only=conditions["only"],
            unless=conditions["unless"],
            fix=given["fix"],
            why=given["why"],
        )

    def _condition(
        self, table: dict[str, Any] | None, path: Dotted, about: str
    ) -> Condition | None:
        if table is None:
            return None
        given = self._checked(table, keys_of(Condition), path, about)
        made: Condition = self._made(Condition, given, path, about)
        return made

    def _made(self, made: Any, given: dict[str, Any], path: Dotted, about: str) -> Any:
        try:
            return made(**given)
        except ValueError as error:
            raise self._bad(path, f"{about} {error}") from error

    def _checked(
        self,
        table: dict[str, Any],
        keys: dict[str, Key],
        path: Dotted,
        about: str,
    ) -> dict[str, Any]:
        """What the table gives to each key, read as the key wants it."""
        given = {name: key.default for name, key in keys.items()}
        for name, value in table.items():
            key = keys.get(name)
            if key is None:
                known = [*keys, *OF_RULE] if len(path) == 2 else [*keys]
                near = get_close_matches(name, known, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
                raise self._bad((*path, name), f"{about} has no key {name!r}", hint)
            try:
                given[name] = key.kind.read(value)
            except ValueError as error:
                told = f"{about}: {name} must be {key.kind.wanted}, not {_cut(repr(value))}"
                raise self._bad((*path, name), told) from error
        for name, key in keys.items():
            if key.required and name not in table:
                raise self._bad(path, f"{about} has no {name}")
        return given

    def _bad(self, path: Dotted, words: str, hint: str = _HINT) -> RushesError:
        """The error at the line of `path`, or of the innermost table around it that was seen."""
        depths = range(len(path), 0, -1)
        line = next((self.lines[path[:at]] for at in depths if path[:at] in self.lines), 1)
        return _refused(self.shown, line, words, hint)


def _refused(shown: str, line: int, words: str, hint: str = _HINT) -> RushesError:
    return RushesError(Code.POLICY_INVALID, f"{shown}:{line}: {words.rstrip('.')}.", hint=hint)


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
