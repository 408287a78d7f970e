"""JSON and YAML that people write, read strictly: every value knows its line."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from rushes.core import outside
from rushes.core.errors import Code, RushesError
from rushes.tracking.refusing import shown
from rushes.tracking.shows.refusing import Wrong, refuse
from rushes.tracking.shows.text import decoded

Path = tuple[str | int, ...]
_DEEPEST = 60
# What JSON may hold and YAML may not, or reads as another line; only lines are looked for.
_SAFE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)|[^\n\r -~]")


@dataclass
class Document:
    """A document's value, the line of each part of it, and what was found wrong so far."""

    name: str
    value: Mapping[str, Any]
    lines: Mapping[Path, int]
    wrong: list[Wrong] = field(default_factory=list)

    def at(self, path: Path) -> str:
        """Where a part stands, for people."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"line {self.lines.get(path, 1)}"

    def refuse(self, path: Path, why: str) -> None:
        """Note that a part makes no sense."""
        where = ".".join(map(str, path))
        self.wrong.append(Wrong(self.at(path), f"{where}: {why}" if where else why))

    def keys(self, path: Path, value: Any, known: Collection[str]) -> dict[str, Any]:
        """An object with none but these keys, other keys noted; empty where it is no object."""
        if not isinstance(value, dict):
            self.refuse(path, "must be an object")
            return {}
        for key in value:
            if key not in known:
                self._unknown((*path, key), str(key), known)
        return {key: one for key, one in value.items() if key in known}

    def rows(self, path: Path, value: Any) -> list[tuple[Path, Any]]:
        """The parts of a list with their paths; empty where it is none, which is noted."""
        if not isinstance(value, list):
            self.refuse(path, "must be a list")
            return []
        return [((*path, at), one) for at, one in enumerate(value)]

    def text(self, path: Path, value: Any) -> str:
        """A text; a number or a yes is none, and noted."""
        if isinstance(value, str) and value:
            return value
        quote = f", in quotes: {json.dumps(str(value))}" if value not in (None, "") else ""
        self.refuse(path, f"must be text{quote}")
        return ""

    def done(self) -> None:
        """Raise `field.invalid` where anything was noted."""
        refuse(self.name, self.wrong)

    def _unknown(self, path: Path, key: str, known: Collection[str]) -> None:
        from difflib import get_close_matches

        near = get_close_matches(key, sorted(known), n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known))}"
        self.wrong.append(Wrong(self.at(path), f"{shown(key)} is not known; {hint}"))


def read_document(data: bytes, *, name: str, schema: str, is_json: bool) -> Document:
    """The document of a schema. Raises `field.invalid` where it is none."""
    text, _ = decoded(data, name)
    value, lines = _json(text, name) if is_json else _yaml(text, name)
    if not isinstance(value, dict):
        refuse(name, [Wrong("line 1", "it is no object of names and values")])
    document = Document(name, value, lines)
    said = value.get("schema")
    if said != schema:
        document.refuse(("schema",), f"must be {schema}, not {shown(str(said))}")
        document.done()
    return document


def written(value: Mapping[str, Any], *, as_json: bool) -> bytes:
    """The document as bytes, which `read_document` makes the same of."""
    if as_json:
        return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
    return _dumped(value).encode()


def _dumped(value: Mapping[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes signs that a plain text would lose, such as line ends of other systems, out."""

    def text(dumper: Any, one: str) -> Any:
        style = None if one.isprintable() else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", one, style=style)

    Dumper.add_representer(str, text)
    written_out: str = yaml.dump(
        value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1 << 20
    )
    return written_out


def _json(text: str, name: str) -> tuple[Any, Mapping[Path, int]]:
    try:
        value = outside.parsed(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        refuse(name, [Wrong(f"line {line}" if line else "", f"it is no JSON: {error}")])
        raise AssertionError from error
    return value, _lines(_SAFE.sub("?", text.replace("\t", " ")), name, once=False)


def _yaml(text: str, name: str) -> tuple[Any, Mapping[Path, int]]:
    import yaml

    lines = _lines(text, name)
    try:
        return yaml.load(text, Loader=_loader()), lines
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        refuse(name, [Wrong("", f"it is no YAML: {_said(error)}")])
        raise AssertionError from error


def _lines(text: str, name: str, *, once: bool = True) -> Mapping[Path, int]:
    """The line of every part. Keys that stand twice are refused where they are to stand `once`."""
    import yaml

    try:
        _look_through(text, name)
        node = yaml.compose(text, Loader=_loader())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f"line {mark.line + 1}" if mark is not None else ""
        refuse(name, [Wrong(at, f"it is no YAML: {_said(error)}")])
        raise AssertionError from error
    lines: dict[Path, int] = {}
    wrong: list[Wrong] = []
    _walk(node, (), lines, wrong)
    refuse(name, wrong if once else [])
    return lines


def _look_through(text: str, name: str) -> None:
    """Refuse what a reader could not stand: aliases, which make a small file huge, and nesting
    without end, on which the C library's reader ends the process.
    """
    import yaml

    deep = 0
    for event in yaml.parse(text, Loader=_loader()):
        mark = event.start_mark
        at = f"line {mark.line + 1}" if mark is not None else ""
        if isinstance(event, yaml.AliasEvent):
            refuse(name, [Wrong(at, "it is an alias (*name): write the value out")])
        deep += isinstance(event, yaml.CollectionStartEvent)
        deep -= isinstance(event, yaml.CollectionEndEvent)
        if deep > _DEEPEST:
            refuse(name, [Wrong(at, f"it is nested deeper than {_DEEPEST} levels")])


def _walk(node: Any, path: Path, lines: dict[Path, int], wrong: list[Wrong]) -> None:
    import yaml

    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for at, one in enumerate(node.value):
            _walk(one, (*path, at), lines, wrong)
    elif isinstance(node, yaml.MappingNode):
        for key, one in node.value:
            inner = (*path, str(key.value))
            line = key.start_mark.line + 1
            if inner in lines:
                wrong.append(Wrong(f"line {line}", f"{shown(str(key.value))} stands twice"))
            lines[inner] = line
            _walk(one, inner, lines, wrong)


def _loader() -> Any:
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _said(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error)


def by_ending(name: str) -> bool:
    """Whether a file's name says JSON; False for YAML. Raises `usage` for any other."""
    ending = name.rpartition(".")[2].casefold()
    if ending not in ("json", "yaml", "yml"):
        raise RushesError(
            Code.USAGE,
            f"{shown(name)} is neither JSON nor YAML by its name.",
            hint="Call it .json, .yaml or .yml.",
        )
    return ending == "json"
