"""Which folders a show has on disk: templates, and what they come to for its records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.tracking.naming import Template
from rushes.tracking.naming_safety import danger
from rushes.tracking.naming_templates import Templates, read_templates
from rushes.tracking.project_naming import show_templates
from rushes.tracking.shows.asked import spoken
from rushes.tracking.shows.document import read_document
from rushes.tracking.shows.planning import OMIT
from rushes.tracking.shows.shot_rows import shots_in_use
from rushes.tracking.shows.state import Show

SCHEMA = "rushes.folders/1"
# Where names by the set `rushes` of naming templates lie, and what comes in and goes out.
USUAL = (
    *("editorial/cuts", "editorial/turnover", "reference", "config"),
    *("io/in", "io/out"),
    *("assets/{asset_type}/{asset}/reference", "assets/{asset_type}/{asset}/publish"),
    "assets/{asset_type}/{asset}/{task}/work",
    *("[{episode}/]{sequence}/{shot}/plates", "[{episode}/]{sequence}/{shot}/reference"),
    *("[{episode}/]{sequence}/{shot}/renders", "[{episode}/]{sequence}/{shot}/publish"),
    "[{episode}/]{sequence}/{shot}/{task}/work",
)
_OF_SHOW = ("show", "project")
_OF_SHOT, _OF_SEQUENCE = ("shot",), ("sequence", "seq")
_OF_ASSET = ("asset", "asset_type")
_OF_TASK = ("task", "dept", "department")
_KNOWN = (*_OF_SHOW, "episode", *_OF_SEQUENCE, *_OF_SHOT, *_OF_ASSET, *_OF_TASK)


@dataclass(frozen=True)
class Structure:
    """Templates of folders below a show's own, and how new folders are made.

    `mode` are permission bits, None for what the system gives; `group` is empty likewise.
    """

    folders: Sequence[str] = USUAL
    mode: int | None = None
    group: str = ""


def read_structure(data: bytes, *, name: str, is_json: bool) -> Structure:
    """The structure of a document. Raises `field.invalid` with lines."""
    document = read_document(data, name=name, schema=SCHEMA, is_json=is_json)
    top = document.keys((), document.value, ("schema", "folders", "mode", "group"))
    folders = []
    for path, one in document.rows(("folders",), top.get("folders")):
        text = document.text(path, one)
        try:
            _template(text, read_templates({}))
        except RushesError as error:
            document.refuse(path, f"{error.message} {error.hint}".strip())
        folders.append(text)
    if not folders:
        document.refuse(("folders",), "there is none")
    mode = None
    if "mode" in top:
        text = document.text(("mode",), top["mode"])
        mode = mode_of(text) if text else None
        if text and mode is None:
            document.refuse(("mode",), "must be permission bits, as in '2775'")
    group = document.text(("group",), top["group"]) if "group" in top else ""
    document.done()
    return Structure(tuple(folders), mode, group)


def mode_of(text: str) -> int | None:
    """Permission bits, of three or four octal digits; None where it is none."""
    octal = len(text) in (3, 4) and all(one in "01234567" for one in text)
    return int(text, 8) if octal else None


def folders_of(show: Show, structure: Structure) -> tuple[list[str], list[Finding]]:
    """Folders below the show's own, each once, parents first, and records that have none.

    Raises `notation.invalid` on a template that makes no sense.
    """
    fields = show.project.fields
    tokens = dict(show_templates(fields["shot_grammar"], fields["templates"]).tokens)
    templates = read_templates({"tokens": tokens})
    found: dict[str, None] = {}
    findings: dict[Finding, None] = {}
    for text in structure.folders:
        made = _template(text, templates)
        for what, values in _entities(show, made):
            try:
                name = text if made is None else made.format(_fitting(made, values))
            except RushesError as error:
                findings[_unnamed(what, error.message)] = None
                continue
            parts = name.split("/")
            found.update(dict.fromkeys("/".join(parts[:at]) for at in range(1, len(parts) + 1)))
    return sorted(found), [*findings, *_same_on_windows(found)]


def _template(text: str, templates: Templates) -> Template | None:
    """The template, None where it is a name as it stands. Raises `notation.invalid`."""
    if "{" not in text:
        if wrong := danger(text):
            raise RushesError(Code.NOTATION_INVALID, f"No folder can be {text!r}: {wrong}.")
        return None
    made = templates.template(text)
    strange = [one for one in made.fields if one not in _KNOWN]
    if strange:
        told = f"Nothing tells {{{strange[0]}}} of a folder in {text!r}."
        raise RushesError(Code.NOTATION_INVALID, told, hint=f"There are: {', '.join(_KNOWN)}.")
    if set(made.fields) & set(_OF_ASSET) and set(made.fields) & {*_OF_SHOT, *_OF_SEQUENCE}:
        told = f"{text!r} is of shots and of assets; it can be of one."
        raise RushesError(Code.NOTATION_INVALID, told)
    return made


def _entities(show: Show, made: Template | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What a template is of, each with its values: the deepest of its tokens decides."""
    own = {"show": show.code, "project": show.code}
    names = set(made.fields) if made is not None else set()
    tasked = bool(names & set(_OF_TASK))
    if names & set(_OF_SHOT):
        yield from _each(show, "shot", own, tasked=tasked)
    elif names & set(_OF_ASSET):
        yield from _each(show, "asset", own, tasked=tasked)
    elif names & set(_OF_SEQUENCE):
        yield from _each(show, "sequence", own, tasked=tasked)
    elif "episode" in names:
        for one in show.episodes:
            if one.fields["archived"] is None:
                yield one.fields["code"], {**own, "episode": one.fields["code"]}
    else:
        yield show.code, own


def _each(
    show: Show, kind: str, own: Mapping[str, Any], *, tasked: bool
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    tasks = show.tasks_of(kind)
    for number, what, values in _records(show, kind):
        if not tasked:
            yield what, {**own, **values}
        for task in tasks.get(number, ()) if tasked else ():
            code = show.type_codes.get(task.fields["type"], "")
            work = {"task": task.fields["name"], "dept": code, "department": code}
            yield f"{what} {task.fields['name']}", {**own, **values, **work}


def _records(show: Show, kind: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    if kind == "shot":
        for one in shots_in_use(show):
            if one.fields["status"] != OMIT:
                key = show.shot_keys[one.id]
                episode, sequence, shot = key
                values = {"episode": episode, "sequence": sequence, "seq": sequence, "shot": shot}
                yield one.id, spoken(key), values
    elif kind == "sequence":
        for one in show.sequences:
            if one.fields["archived"] is None:
                episode, code = key = show.sequence_keys[one.id]
                yield one.id, spoken(key), {"episode": episode, "sequence": code, "seq": code}
    else:
        for one in show.assets:
            if one.fields["archived"] is None:
                code = one.fields["code"]
                yield one.id, code, {"asset": code, "asset_type": one.fields["type"]}


def _fitting(made: Template, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those values that there are, and that the template has tokens for."""
    there = {name: one for name, one in values.items() if one is not None}
    return made.from_text({name: str(one) for name, one in there.items() if name in made.fields})


def _unnamed(what: str, why: str) -> Finding:
    fix = "Call it by letters, digits, - and _, or make its folder by hand."
    return Finding("folder.unnamed", Severity.WARNING, what, why, fix=fix)


def _same_on_windows(names: Mapping[str, None]) -> list[Finding]:
    """Folders that differ in case alone, which Windows and macOS take for one."""
    known: dict[str, str] = {}
    found = []
    for name in names:
        other = known.setdefault(name.casefold(), name)
        if other != name:
            told = f"It differs from {other} in case alone: on Windows they are one folder."
            found.append(Finding("folder.case", Severity.WARNING, name, told))
    return found
