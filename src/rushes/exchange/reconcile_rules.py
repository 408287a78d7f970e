"""Rules by which two entries with different names are held for one: a TOML file with weights."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.tracking.shows.text import content, decoded

FIELDS = ("name", "folder", "ending", "version", "frames", "size", "checksum")
WAYS = ("exact", "fuzzy", "tolerance")
_TEXTS, _NUMBERS = ("name", "folder", "ending"), ("frames", "size", "version")
_KEYS = ("field", "how", "weight", "least", "tolerance", "required")
_TOP = ("schema", "threshold", "include", "exclude", "rule")
SCHEMA = "rushes.reconcile-rules/1"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that two entries are compared in.

    `exact` gives 1 or 0; `fuzzy` how alike two texts are, and 0 below `least`; `tolerance` 1 for
    the same, and 0 from a share of `tolerance` apart. Where a `required` one gives 0 there is no
    match.
    """

    field: str
    how: str
    weight: float
    least: float = 0.0
    tolerance: float = 0.0
    required: bool = False


@dataclass(frozen=True, slots=True)
class MatchRules:
    """All rules, and from which score on two entries are one. `include` and `exclude` are shell
    patterns of keys; without any `include`, all are looked at.
    """

    rules: Sequence[Rule]
    threshold: float = 0.8
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def looks_at(self, key: str) -> bool:
        """Whether an entry is reconciled at all."""
        if self.include and not any(fnmatchcase(key, one) for one in self.include):
            return False
        return not any(fnmatchcase(key, one) for one in self.exclude)


USUAL = MatchRules(
    (
        Rule("name", "fuzzy", 4, least=0.6),
        Rule("ending", "exact", 1, required=True),
        Rule("version", "exact", 3, required=True),
        Rule("frames", "tolerance", 2, tolerance=0.1),
        Rule("size", "tolerance", 2, tolerance=0.05),
        Rule("checksum", "exact", 8, required=True),
    )
)


def read_rules(path: Path) -> MatchRules:
    """The rules of a file.

    Raises `settings.invalid` naming what makes no sense, and what keeps the file from being read.
    """
    name = escape(path.name)
    text, _ = decoded(content(path), name)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(name, str(error)) from error
    if odd := [one for one in table if one not in _TOP]:
        raise _refused(name, f"there is no setting {odd[0]!r}")
    if table.get("schema", SCHEMA) != SCHEMA:
        raise _refused(name, f"its schema is {table['schema']!r}, not {SCHEMA}")
    rows = table.get("rule", None)
    rules = USUAL.rules if rows is None else [_rule(one, at, name) for at, one in _each(rows, name)]
    return MatchRules(
        tuple(rules),
        _number(table, "threshold", USUAL.threshold, name, most=1),
        _texts(table, "include", name),
        _texts(table, "exclude", name),
    )


def _each(rows: Any, name: str) -> Sequence[tuple[int, Mapping[str, Any]]]:
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows) or not rows:
        raise _refused(name, "rules are written as [[rule]], at least one of them")
    return list(enumerate(rows, 1))


def _rule(row: Mapping[str, Any], at: int, name: str) -> Rule:
    where = f"rule {at}"
    if odd := [one for one in row if one not in _KEYS]:
        raise _refused(name, f"{where}: there is no setting {odd[0]!r}")
    field, how = row.get("field"), row.get("how", "exact")
    if field not in FIELDS:
        raise _refused(name, f"{where}: field must be {', '.join(FIELDS)}, not {field!r}")
    if how not in WAYS:
        raise _refused(name, f"{where}: how must be {', '.join(WAYS)}, not {how!r}")
    if how == "fuzzy" and field not in _TEXTS:
        raise _refused(name, f"{where}: {field} is no text, and cannot be fuzzy")
    if how == "tolerance" and field not in _NUMBERS:
        raise _refused(name, f"{where}: {field} is no number, and has no tolerance")
    if not isinstance(row.get("required", False), bool):
        raise _refused(name, f"{where}: required must be true or false")
    return Rule(
        field,
        how,
        _number(row, "weight", 1.0, f"{name}: {where}"),
        _number(row, "least", 0.0, f"{name}: {where}", most=1),
        _number(row, "tolerance", 0.0, f"{name}: {where}"),
        bool(row.get("required", False)),
    )


def _number(
    row: Mapping[str, Any], key: str, otherwise: float, name: str, *, most: float = 1e9
) -> float:
    value = row.get(key, otherwise)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise _refused(name, f"{key} must be a number from 0 to {most:g}, not {value!r}")
    return float(value)


def _texts(table: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _refused(name, f"{key} must be a list of texts")
    return tuple(value)


def _refused(name: str, why: str) -> RushesError:
    return RushesError(
        Code.SETTINGS_INVALID,
        f"{name}: {escape(why)}.",
        hint='Write rules as in [[rule]] field = "name" how = "fuzzy" weight = 4 least = 0.6.',
    )
