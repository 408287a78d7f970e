"""Templates of shows: what one show is made of, to begin another with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rushes.core.errors import RushesError
from rushes.tracking.project_naming import show_templates
from rushes.tracking.shows.asked import Asked, Key, RecordAsked, TaskAsked, spoken
from rushes.tracking.shows.document import Document, Path, read_document

SCHEMA = "rushes.show-template/1"
PICTURE = ("fps", "width", "height", "colour_space")
OF_SHOW = (
    *(*PICTURE, "frame_start", "frame_end", "handles", "shot_grammar"),
    *("templates", "workflow", "custom_schema"),
)
OF_SEQUENCE = ("name", *PICTURE)
OF_SHOT = (
    *("frame_in", "frame_out", "cut_in", "cut_out", "handles", "description"),
    *(*PICTURE, "tags", "custom"),
)
OF_ASSET = ("type", "description", "tags", "custom")
OF_TYPE = ("name", "position")
TOP = ("schema", "show", "task_types", "tasks", "episodes", "sequences", "assets")


def read_template(data: bytes, *, name: str, is_json: bool) -> Asked:
    """What a template asks a show to be. Raises `field.invalid` with the line of all that makes
    no sense, unknown keys among it.
    """
    document = read_document(data, name=name, schema=SCHEMA, is_json=is_json)
    top = document.keys((), document.value, TOP)
    reader = _Reader(document)
    project = reader.fields(("show",), top.get("show", {}), OF_SHOW)
    reader.check_names(project)
    for path, one in document.rows(("task_types",), top.get("task_types", [])):
        reader.simple("task_type", path, one, OF_TYPE)
    for path, one in document.rows(("episodes",), top.get("episodes", [])):
        reader.simple("episode", path, one, ("name",))
    for path, one in document.rows(("sequences",), top.get("sequences", [])):
        reader.sequence(path, one)
    for path, one in document.rows(("assets",), top.get("assets", [])):
        reader.asset(path, one)
    rules = reader.rules(("tasks",), top.get("tasks", {}))
    document.done()
    return Asked(reader.records, project=project, rules=rules)


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._places: dict[tuple[str, Key], str] = {}
        self.records: list[RecordAsked] = []

    def fields(self, path: Path, value: Any, known: Sequence[str]) -> dict[str, Any]:
        """An object of fields; a rate that is written as a number is its text."""
        found = self._document.keys(path, value, known)
        rate = found.get("fps")
        if isinstance(rate, (int, float)) and not isinstance(rate, bool):
            found["fps"] = str(rate)
        return found

    def check_names(self, project: Mapping[str, Any]) -> None:
        """Note where naming templates, or the grammar of shots, make no sense."""
        try:
            show_templates(project.get("shot_grammar", ""), project.get("templates", {}))
        except (RushesError, TypeError) as error:
            self._document.refuse(("show",), str(error))

    def simple(self, kind: str, path: Path, value: Any, known: Sequence[str]) -> None:
        """What has a code and little else. What is there already stays as it is."""
        found = self.fields(path, value, ("code", *known))
        code = self._code(path, found)
        self._add(kind, (code,), path, {}, new=found)

    def sequence(self, path: Path, value: Any) -> None:
        """A sequence with its shots, which may be their codes alone."""
        found = self.fields(path, value, ("episode", "code", "shots", *OF_SEQUENCE))
        episode, shots = found.pop("episode", None), found.pop("shots", [])
        if episode is not None:
            episode = self._document.text((*path, "episode"), episode)
        key = (episode, self._code(path, found))
        self._add("sequence", key, path, found)
        for inner, one in self._document.rows((*path, "shots"), shots):
            row = {"code": one} if isinstance(one, (str, int)) else one
            fields = self.fields(inner, row, ("code", "tasks", *OF_SHOT))
            tasks = self._tasks((*inner, "tasks"), fields.pop("tasks", []))
            self._add("shot", (*key, self._code(inner, fields)), inner, fields, tasks)

    def asset(self, path: Path, value: Any) -> None:
        """An asset with its tasks."""
        fields = self.fields(path, value, ("code", "tasks", *OF_ASSET))
        tasks = self._tasks((*path, "tasks"), fields.pop("tasks", []))
        self._add("asset", (self._code(path, fields),), path, fields, tasks)

    def rules(self, path: Path, value: Any) -> dict[tuple[str, str], list[str]]:
        """Types of work for all shots, and by type of asset."""
        found = self._document.keys(path, value, ("shot", "asset"))
        rules: dict[tuple[str, str], list[str]] = {}
        if "shot" in found:
            rules["shot", ""] = self._codes((*path, "shot"), found["shot"])
        assets = found.get("asset", {})
        if not isinstance(assets, dict):
            self._document.refuse((*path, "asset"), "must be an object of lists by type of asset")
            assets = {}
        for kind, codes in assets.items():
            rules["asset", str(kind)] = self._codes((*path, "asset", kind), codes)
        return rules

    def _codes(self, path: Path, value: Any) -> list[str]:
        return [self._document.text(inner, one) for inner, one in self._document.rows(path, value)]

    def _tasks(self, path: Path, value: Any) -> list[TaskAsked]:
        """Tasks as `comp`, or as `{type: comp, name: precomp}`."""
        made = []
        for inner, one in self._document.rows(path, value):
            row = {"type": one} if isinstance(one, str) else one
            found = self._document.keys(inner, row, ("type", "name"))
            code = self._document.text((*inner, "type"), found.get("type"))
            made.append(TaskAsked(code, str(found.get("name") or "")))
        return made

    def _code(self, path: Path, found: dict[str, Any]) -> str:
        code = found.pop("code", None)
        return self._document.text((*path, "code"), code)

    def _add(
        self,
        kind: str,
        key: Key,
        path: Path,
        fields: Mapping[str, Any],
        tasks: Sequence[TaskAsked] = (),
        *,
        new: Mapping[str, Any] | None = None,
    ) -> None:
        at = self._document.at(path)
        if (kind, key) in self._places:
            before = self._places[kind, key]
            self._document.refuse(path, f"{kind} {spoken(key)} stands on {before} already")
        self._places[kind, key] = at
        self.records.append(RecordAsked(kind, key, fields, tasks, at=at, new=new or {}))
