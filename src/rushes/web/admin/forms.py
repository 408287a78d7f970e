"""Forms of the admin pages: what is written there keeps the rules that all records keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from rushes.core.errors import RushesError
from rushes.model.kinds import KINDS, Kind, Type
from rushes.tracking.custom import check_custom, check_schema
from rushes.tracking.project_roots import check_roots
from rushes.tracking.values import checked
from rushes.tracking.workflow import check_first, check_next, check_workflow

_BY_MODEL = {name.replace("_", ""): kind for name, kind in KINDS.items()}
_PLAIN = (Type.TEXT, Type.WHOLE, Type.NUMBER, Type.OBJECT, Type.LIST)
_EMPTY: dict[Type, Callable[[], Any]] = {Type.OBJECT: dict, Type.LIST: list}
# What a record is on, by way of which it belongs to a project.
_OWNERS = {
    "shot": ("sequence",),
    "task": ("asset", "sequence", "shot"),
    "version": ("task",),
    "usage": ("shot",),
}


def kind_of(model: Any) -> Kind | None:
    """The kind of records that a model keeps; None where it keeps something else."""
    return _BY_MODEL.get(model._meta.model_name)


def owner_of(kind: Kind, row: Any) -> Any:
    """The record by way of which a new one belongs to a project; None where it names its own."""
    held = (getattr(row, name) for name in _OWNERS.get(kind.name, ()) if getattr(row, f"{name}_id"))
    return next(held, None)


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A record: its values, its status and its custom fields are checked as everywhere else."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._kind = kind_of(self._meta.model)
        for field in self._kind.fields if self._kind else ():
            if field.choices and field.name in self.fields:
                told = [("", ""), *((one, one) for one in field.choices)]
                self.fields[field.name].widget = forms.Select(choices=told)

    def clean(self) -> dict[str, Any]:
        """Refuse what makes no sense, by its field."""
        given = super().clean() or {}
        for name in self.changed_data if self._kind else ():
            self._clean_one(name, given)
        return given

    def _post_clean(self) -> None:
        """Refuse what does not go with the record's project, once all fields are known."""
        super()._post_clean()  # type: ignore[misc]
        if self._kind is None or self.errors:
            return
        given = self.cleaned_data
        if self._kind.name == "project":
            self._try("workflow", lambda: check_workflow(given["workflow"]))
            self._try("custom_schema", lambda: check_schema(given["custom_schema"]))
            self._try("roots", lambda: check_roots(given["roots"]))
            return
        row: Any = self.instance
        of = owner_of(self._kind, row) or row
        project = of.project if getattr(of, "project_id", None) else None
        if project is not None:
            self._check_project(project, given)

    def _clean_one(self, name: str, given: dict[str, Any]) -> None:
        field = self._kind.by_name.get(name) if self._kind else None
        if field is None or name not in given or field.type not in _PLAIN:
            return
        if given[name] is None and field.type in _EMPTY:
            given[name] = _EMPTY[field.type]()
        if given[name] is not None or not field.nullable:
            self._try(name, lambda: checked(field, given[name]))

    def _check_project(self, project: Any, given: dict[str, Any]) -> None:
        name = self._kind.name if self._kind else ""
        for field, value in [*given.items()]:
            if getattr(value, "project_id", None) not in (None, project.pk):
                self.add_error(field, "It belongs to another project.")
        if "status" in self.changed_data:
            before, after = self.initial.get("status"), given["status"]
            if self.instance.pk is None:
                self._try("status", lambda: check_first(project.workflow, name, after))
            else:
                self._try(
                    "status",
                    lambda: check_next(project.workflow, name, before=str(before), after=after),
                )
        if "custom" in given:
            self._try("custom", lambda: check_custom(project.custom_schema, name, given["custom"]))

    def _try(self, name: str, check: Callable[[], object]) -> None:
        try:
            check()
        except RushesError as error:
            self.add_error(name, f"{error.message} {error.hint}".strip())
