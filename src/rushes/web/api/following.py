"""What follows a publish that was recorded: USD layers, and a word of what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpResponse

from rushes.model.work import NewPublish
from rushes.publish.usd_following import Composed, followed
from rushes.web.api import answers
from rushes.web.house import house

_CREATED = 201
WAIT_S = 20.0  # for another rebuild of the same sequence, which takes a second or two


def told(made: Sequence[NewPublish], answer: HttpResponse) -> HttpResponse:
    """The answer to recording these, with its `warnings`.

    The layers are written by a process of their own. Sent again, a request has them made again,
    which heals what a crash in between left.
    """
    if answer.status_code != _CREATED:
        return answer
    body: dict[str, Any] = orjson.loads(answer.content)
    rows = body.get("data", [body])
    published = [
        Composed(row["task"], one.item_usd_path, one.asset_usd_path)
        for one, row in zip(made, rows, strict=True)
        if one.item_usd_path
    ]
    at = house()
    warnings = followed(published, at.studio, within=at.storage_roots, wait_s=WAIT_S)
    body["warnings"] = [one.row() for one in warnings]
    again = answers.as_json(body, status=answer.status_code)
    for name, value in answer.headers.items():
        if name not in ("Content-Type", "Content-Length"):
            again.headers[name] = value
    return again
