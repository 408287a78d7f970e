"""What the published description says of ingests and deliveries."""

from __future__ import annotations

from rushes.web.api.describing import (
    CURSOR,
    MOMENT,
    PATH,
    TEXT,
    TRUTH,
    WHOLE,
    Json,
    done,
    got,
    made_of,
    maybe,
    page_of,
    plain,
)

_ANY: Json = {"type": "object"}
_COUNTS: Json = {"type": "object", "additionalProperties": WHOLE}
_STATE: Json = {
    "enum": ["queued", "running", "done", "partial", "refused", "failed", "cancelled"],
}
_PROGRESS = {
    "id": WHOLE,
    "state": _STATE,
    "wanted": TRUTH,
    "lost": TRUTH,
    "done": WHOLE,
    "total": maybe(WHOLE),
    "note": TEXT,
    "seen": maybe(MOMENT),
    "started": maybe(MOMENT),
    "ended": maybe(MOMENT),
    "counts": _COUNTS,
    "told": TEXT,
}
_LISTED = {
    **_PROGRESS,
    "kind": {"enum": ["ingest", "delivery"]},
    "key": {"type": "string", "format": "uuid"},
    "project": WHOLE,
    "name": TEXT,
    "context": TEXT,
    "order": _ANY,
    "artist": TEXT,
    "machine": TEXT,
    "created": MOMENT,
}
_WHOLE = made_of(**_LISTED, report=_ANY)
_FILE = made_of(
    path=PATH,
    size=WHOLE,
    digests={"type": "object", "additionalProperties": TEXT},
    source=TEXT,
    publish=maybe(WHOLE),
    version=maybe(WHOLE),
    frame=maybe(WHOLE),
    earlier=maybe(WHOLE),
)
_ASKED = (
    ("project", "Of the project of this number.", False),
    ("name", "Of this name.", False),
    ("context", "Of this context.", False),
    CURSOR,
)
_STATES = {"state": "In one of these states."}
_FORMAT = ("format", "json (default) or csv.", False)

LIST = got(page_of(made_of(**_LISTED)), *_ASKED, several=_STATES)
MOVEMENTS = got(page_of(_WHOLE), ("kind", "ingest or delivery.", False), *_ASKED, several=_STATES)
MOVEMENT = got(_WHOLE)
PROGRESS = got(made_of(**_PROGRESS))
STREAMED: Json = {
    "responses": {
        "204": {"description": "It has ended, and the `Last-Event-ID` says that this was told."},
        "307": {"description": "The stream is there, and the ticket good for half a minute."},
        "default": done(_ANY)["responses"]["default"],
    },
}
ASKED_FOR = done(_WHOLE, status=202)
MOVEMENT_MADE = done(_WHOLE, status=201)
MOVEMENT_WRITTEN = done(_WHOLE)
WANTED = plain(made_of(wanted=TRUTH))
KEPT = plain(made_of(files=WHOLE))
FILES = got(page_of(_FILE), CURSOR)
MANIFEST = got(_ANY, _FORMAT)
SENT = plain(page_of(made_of(movement=WHOLE, name=TEXT, context=TEXT, sent=MOMENT, file=_FILE)))
