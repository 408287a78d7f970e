"""The reference of all checks and their keys, as tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from rushes.policy.checks.table import CHECKS
from rushes.policy.condition import Condition
from rushes.policy.kinds import Key, keys_of
from rushes.policy.reading import OF_POLICY, OF_RULE


def reference() -> str:
    """What a policy, a rule, a condition and every check take."""
    pieces = [
        "### A policy\n\n",
        _table(OF_POLICY.values(), unset=""),
        "\n### A rule\n\nBesides these it takes the keys of its check.\n\n",
        _table(OF_RULE.values(), unset=""),
        "\n### A condition\n\nWhat `only` and `unless` hold.\n\n",
        _table(keys_of(Condition).values(), unset="every"),
    ]
    for name, made in CHECKS.items():
        told = (made.__doc__ or "").strip()
        pieces.append(f"\n### `{name}`\n\n{told}\n\n{_table(keys_of(made).values())}")
    return "".join(pieces)


def _table(keys: Iterable[Key], *, unset: str = "not judged") -> str:
    lines = ["| Key | Meaning | Takes | Unless set |\n", "|---|---|---|---|\n"]
    for key in keys:
        cells = (f"`{key.name}`", key.doc, key.kind.wanted, _default(key) or unset)
        lines.append(f"| {' | '.join(one.replace('|', chr(92) + '|') for one in cells)} |\n")
    return "".join(lines)


def _default(key: Key) -> str:
    if key.required:
        return "must be set"
    if key.default is False:
        return "no"
    if key.default in (None, (), ""):
        return ""
    shown = key.default if isinstance(key.default, tuple) else (key.default,)
    return ", ".join(f"`{one}`" for one in shown)
