"""The settings written out: a commented `rushes.toml`, and the tables of the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from rushes.core.settings.keys import keys, sections
from rushes.core.settings.section import Key

_TOP = """\
# Settings of Rushes for everything below this folder. `rushes config show` tells which value
# counts and where it comes from. A line that begins with # says nothing: take the # away to set
# a value. Paths start from this folder. An environment variable goes before this file: that of
# scan.workers is RUSHES_SCAN_WORKERS.

"""
_PROFILES = """
# Values that count only with `--profile farm` (or RUSHES_PROFILE=farm).
# [profiles.farm.scan]
# workers = 16
"""


def sample_toml(given: Mapping[str, object] | None = None) -> str:
    """A `rushes.toml` that shows every setting and sets none but those `given` by dotted name."""
    given = given or {}
    parts = [_TOP, *(_entry(key, given) for key in _of("") if not key.kind.is_table)]
    for section, doc in sections().items():
        parts.append(f"\n# {doc}\n[{section}]\n")
        parts += [_entry(key, given) for key in _of(section)]
    for key in _of(""):
        if key.kind.is_table:
            parts.append(f"\n# {key.doc}\n[{key.name}]\n# {key.example}\n")
    return "".join([*parts, _PROFILES])


def toml_value(value: object) -> str:
    """A setting's value as TOML. Raises `TypeError` for what no setting holds."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (str, Path)):
        # JSON's strings are TOML's, but for DEL, which TOML wants escaped.
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    raise TypeError(f"{type(value).__name__} is no setting's value")


def settings_markdown() -> str:
    """The reference of all settings, a table per section."""
    parts = ["## Outside any section\n\n", _table(_of(""))]
    for section, doc in sections().items():
        parts.append(f"\n## `[{section}]`\n\n{doc}\n\n{_table(_of(section))}")
    return "".join(parts)


def _of(section: str) -> list[Key]:
    return [key for key in keys().values() if key.section == section]


def _entry(key: Key, given: Mapping[str, object]) -> str:
    told = f"# {key.doc}{f' Unset: {key.unset}.' if key.unset else ''}\n"
    if key.name in given:
        return f"{told}{key.last} = {toml_value(given[key.name])}\n"
    shown = key.example if key.default is None else toml_value(key.default)
    return f"{told}# {key.last} = {shown}\n"


def _table(rows: Iterable[Key]) -> str:
    lines = ["| Setting | Meaning | Takes | Default | Environment |\n", "|---|---|---|---|---|\n"]
    for key in rows:
        cells = (f"`{key.name}`", key.doc, key.kind.wanted, _default(key), f"`{key.variable}`")
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n")
    return "".join(lines)


def _default(key: Key) -> str:
    if key.default is None:
        return key.unset or "none"
    return f"`{toml_value(key.default)}`"
