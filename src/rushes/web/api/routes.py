"""The API put together: its routes, its errors, its description."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from rushes import __version__
from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS
from rushes.web.api import telling
from rushes.web.api.bodies import StrictParser
from rushes.web.api.numbers import add_numbers
from rushes.web.api.records import add_kind
from rushes.web.problems import RefusedError, fault, problem

_SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "rushes_session"},
}
_MOST_TOLD = 20
_WORDS = {
    "extra_forbidden": "There is no such field",
    "missing": "It must be given",
    "string_pattern_mismatch": "It does not look like one",
}


class StudioApi(NinjaAPI):
    """The API, with all kinds' records in its description."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._told: dict[str | None, OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description, as OpenAPI 3.1; it takes a while to make, and never changes."""
        if path_prefix in self._told:
            return self._told[path_prefix]
        told = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        told["components"]["schemas"].update(telling.schemas())
        told["components"]["securitySchemes"] = _SECURITY
        told["security"] = [{name: []} for name in _SECURITY]
        for methods in told["paths"].values():
            for operation in methods.values():
                _tidy(operation["responses"])
        self._told[path_prefix] = told
        return told


def make_api() -> NinjaAPI:
    """The API, ready for the addresses of the server."""
    api = StudioApi(
        title="Rushes",
        version=__version__,
        description="The studio's records. Lists give `data` and `next`; errors an `error`.",
        parser=StrictParser(),
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="api",
    )
    for kind in KINDS.values():
        add_kind(api, kind)
    add_numbers(api)
    api.add_exception_handler(RushesError, _on_error)
    api.add_exception_handler(ValidationError, _on_invalid)
    api.add_exception_handler(HttpError, _on_http)
    api.add_exception_handler(Exception, _on_fault)
    return api


def _tidy(responses: dict[Any, Any]) -> None:
    """Drop what the framework assumes of every operation, where ours says otherwise."""
    responses.pop(200, None)


def _on_error(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error)


def _on_fault(_request: HttpRequest, error: Any) -> HttpResponse:
    return fault(error)


def _on_http(_request: HttpRequest, error: Any) -> HttpResponse:
    """What the framework refuses itself: bodies that our parser could not read, above all."""
    if isinstance(error.__cause__, RushesError):
        return problem(error.__cause__)
    return problem(RefusedError(Code.USAGE, str(error), status=error.status_code))


def _on_invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    """Values that do not fit: the first in the message, the others beside it."""
    found = [{"at": _at(one["loc"]), "problem": _said(one)} for one in error.errors[:_MOST_TOLD]]
    first = found[0] if found else {"at": "", "problem": "It makes no sense."}
    where = f"{first['at']}: " if first["at"] else ""
    return problem(
        RefusedError(
            Code.FIELD_INVALID,
            f"{where}{first['problem']}.".replace("..", "."),
            hint="The fields of each kind stand in /api/v1/docs.",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            context={"fields": found},
        )
    )


def _said(one: dict[str, Any]) -> str:
    return _WORDS.get(one["type"], str(one["msg"]).removeprefix("Value error, "))


def _at(place: tuple[Any, ...]) -> str:
    """`0.status` of `("body", "body", "many", 0, "status")`."""
    return ".".join(str(one) for one in place if one not in ("body", "one", "many", "path"))
