"""The API put together: its routes, its errors, its description."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls.resolvers import RoutePattern, URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from rushes import __version__
from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS
from rushes.web.api import telling
from rushes.web.api.auditing import add_auditing
from rushes.web.api.bodies import StrictParser
from rushes.web.api.events import add_events
from rushes.web.api.finding import add_finding
from rushes.web.api.images import add_images
from rushes.web.api.movements import add_movements
from rushes.web.api.moving import add_moving
from rushes.web.api.numbers import add_numbers
from rushes.web.api.outbox import add_outbox
from rushes.web.api.people import add_people
from rushes.web.api.records import add_kind
from rushes.web.api.refusals import worded
from rushes.web.api.scans import add_scans
from rushes.web.api.sign_offs import add_sign_offs
from rushes.web.api.streams import add_streams
from rushes.web.api.webhooks import add_webhooks
from rushes.web.problems import RefusedError, fault, problem

_SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "rushes_session"},
}


class Section(RoutePattern):
    """Addresses that begin with the same word, which are looked through only for those."""

    def __init__(self, word: str) -> None:
        super().__init__("", is_endpoint=False)
        self._word = word

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, Any]] | None:
        """All of `path` is left for the addresses themselves."""
        return (path, (), {}) if path.startswith(self._word) else None


class StudioApi(NinjaAPI):
    """The API, with all kinds' records in its description."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._told: dict[str | None, OpenAPISchema] = {}

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """The addresses, by their first words: there are too many to try one after the other."""
        found, app, namespace = super().urls
        sections: dict[str, list[URLResolver | URLPattern]] = {}
        for one in found:
            sections.setdefault(str(one.pattern).partition("/")[0], []).append(one)
        return [URLResolver(Section(word), each) for word, each in sections.items()], app, namespace

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
    add_finding(api)
    add_numbers(api)
    add_events(api)
    add_auditing(api)
    add_webhooks(api)
    add_streams(api)
    add_people(api)
    add_scans(api)
    add_images(api)
    add_sign_offs(api)
    add_outbox(api)
    add_moving(api)
    add_movements(api)
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


def _on_invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Values that do not fit: the first in the message, the others beside it."""
    said = worded(error.errors, request)
    return problem(
        RefusedError(
            Code.FIELD_INVALID,
            said.message,
            hint=said.hint,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            context={"fields": said.fields},
        )
    )
