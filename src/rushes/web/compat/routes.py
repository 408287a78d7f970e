"""The older addresses, with a slash at their end and without."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path

from rushes.web.compat import publishes, scenes
from rushes.web.compat.answering import view
from rushes.web.compat.records import Records
from rushes.web.compat.words import OLD_KINDS


def patterns() -> list[URLPattern]:
    """All of them, below `/api/`."""
    made = [
        _at("publishes", GET=publishes.find, POST=publishes.record),
        _at("publishes/next", GET=publishes.peek, POST=publishes.reserve),
        _at("publishes/(?P<number>[0-9]{1,18})", GET=_numbered(publishes.get)),
        _at("scenes", GET=scenes.find),
        _at("scenes/next", GET=scenes.peek, POST=scenes.reserve),
        _at("scenes/record", POST=scenes.record),
    ]
    for old in OLD_KINDS:
        views = Records(old)
        made.append(_at(old.plural, GET=views.find, POST=views.put))
        made.append(
            _at(
                f"{old.plural}/(?P<number>[0-9]{{1,18}})",
                GET=_numbered(views.get),
                PATCH=_numbered(views.change),
                PUT=_numbered(views.change),
                POST=_numbered(views.change),
                DELETE=_numbered(views.archive),
            )
        )
    return made


def _at(address: str, **verbs: Callable[..., HttpResponse]) -> URLPattern:
    return re_path(f"^{address}/?$", view(**verbs))


def _numbered(verb: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A verb that takes the number in the address, which is digits there."""

    def answer(request: HttpRequest, number: str) -> HttpResponse:
        return verb(request, int(number))

    return answer
