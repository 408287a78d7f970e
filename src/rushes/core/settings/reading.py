"""Settings files as nested tables with line numbers: `rushes.toml`, and the seed's YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings.lines import Dotted, toml_lines

_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file that was read. `kind` is an origin's kind.

    `base` is what its relative paths start from; None leaves them to the working directory, as
    toolkit.yaml has it (`is_seed`).
    """

    path: Path
    kind: str
    table: dict[str, Any]
    base: Path | None
    is_seed: bool = False
    lines: dict[Dotted, int] = field(default_factory=dict)


def read_settings_file(path: Path, *, kind: str) -> SettingsFile:
    """The file at `path`, `.toml`, or `.yaml` as the seed had it.

    Raises `path.not_found`, `path.unreadable` or `settings.invalid`, and `dependency.missing`
    where Python cannot read the format.
    """
    _check_name(path)
    text = _text(path)
    try:
        if path.suffix.lower() in _YAML:
            table, lines = _yaml(path, text)
            return SettingsFile(path, kind, table, None, is_seed=True, lines=lines)
        table = _toml(path, text)
    except RecursionError as error:
        raise _broken(path, 0, "it is nested too deep, or within itself") from error
    folder = path.parent.absolute()
    return SettingsFile(path, kind, table, folder, lines=toml_lines(text) if table else {})


def _check_name(path: Path) -> None:
    """Refuse what ends otherwise before it is read: a device may have no end."""
    if path.suffix.lower() in (*_YAML, ".toml") or path.is_dir():
        return
    if not path.exists():
        raise _nothing(path)
    raise RushesError(
        Code.SETTINGS_INVALID,
        f"{_shown(path)} is no settings file by its name.",
        hint="Name a rushes.toml, or a toolkit.yaml.",
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _nothing(path) from error
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"The settings file {_shown(path)} cannot be read: {error.strerror or error}.",
            hint="Mend its permissions, or name another with --config.",
        ) from error
    except UnicodeDecodeError as error:
        raise _broken(path, 0, "it is not UTF-8 text") from error


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10, inside a DCC
        try:
            import tomli as tomllib  # type: ignore[import-not-found,no-redef]
        except ModuleNotFoundError as error:
            raise RushesError(
                Code.DEPENDENCY_MISSING,
                f"This Python cannot read {_shown(path)}: it has neither tomllib nor tomli.",
                hint="Use Python 3.11 or later, or install tomli into this one.",
            ) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = str(error)
        at = re.search(r" ?\(at line (\d+), column \d+\)", told)
        words = told.replace(at.group(), "") if at else told.replace(" (at end of document)", "")
        line = int(at.group(1)) if at else text.count("\n") + 1
        raise _broken(path, line, f"it is not TOML: {words}") from error


def _yaml(path: Path, text: str) -> tuple[dict[str, Any], dict[Dotted, int]]:
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            f"This Python cannot read {_shown(path)}: PyYAML is not installed.",
            hint="Install PyYAML, or write the same settings as rushes.toml.",
        ) from error
    try:
        table = yaml.safe_load(text)
        lines = _yaml_lines(path, yaml.compose(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or "it cannot be parsed"
        line = mark.line + 1 if mark is not None else 0
        raise _broken(path, line, f"it is not YAML: {words}") from error
    if table is None:
        return {}, {}
    if not isinstance(table, dict):
        raise _broken(path, 1, "it holds no settings but a single value or a list")
    return table, lines


def _yaml_lines(path: Path, node: Any, above: Dotted = ()) -> dict[Dotted, int]:
    """Where each key stands. Twice is refused: the first would count for nothing."""
    found: dict[Dotted, int] = {}
    if getattr(node, "id", "") != "mapping":
        return found
    for name, value in node.value:
        dotted, line = (*above, str(name.value)), name.start_mark.line + 1
        if dotted in found:
            words = f"{'.'.join(dotted)!r} stands here again, after line {found[dotted]}"
            raise _broken(path, line, words)
        found[dotted] = line
        found.update(_yaml_lines(path, value, dotted))
    return found


def _nothing(path: Path) -> RushesError:
    return RushesError(
        Code.PATH_NOT_FOUND,
        f"There is no settings file {_shown(path)}.",
        hint="Write one with `rushes config init`, or name another with --config.",
    )


def _broken(path: Path, line: int, words: str) -> RushesError:
    place = f"{_shown(path)}:{line}" if line else _shown(path)
    return RushesError(
        Code.SETTINGS_INVALID,
        f"{place}: {words.rstrip('.')}.",
        hint="Mend the file; `rushes config init --at DIR` writes one that is right.",
    )


def _shown(path: Path) -> str:
    return escape(str(path))
