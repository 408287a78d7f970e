"""Views that are made at start: a function for each kind, with the parameters that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, NinjaAPI

from rushes.web.api.shapes import Id

View = Callable[..., HttpResponse]


def add(
    api: NinjaAPI,
    method: str,
    path: str,
    view: Callable[[HttpRequest, Mapping[str, Any]], HttpResponse],
    name: str,
    summary: str,
    *,
    tag: str,
    body: Any = None,
    told: Mapping[str, Any] | None = None,
) -> None:
    """Have `view(request, given)` answer; `given` holds the path's `id` and the `body`.

    `told` is what the published description says besides.
    """

    def answer(request: HttpRequest, **given: Any) -> HttpResponse:
        return view(request, given)

    taken = [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD)]
    if "{int:id}" in path:
        taken.append(Parameter("id", Parameter.POSITIONAL_OR_KEYWORD, annotation=Id))
    if body is not None:
        sent = Body(...)  # type: ignore[type-arg]
        taken.append(Parameter("body", taken[0].kind, annotation=body, default=sent))
    answer.__signature__ = Signature(taken)  # type: ignore[attr-defined]
    answer.__name__ = name
    api.default_router.add_api_operation(
        path,
        [method],
        answer,
        operation_id=name,
        summary=summary,
        tags=[tag],
        openapi_extra=dict(told or {}),
    )
