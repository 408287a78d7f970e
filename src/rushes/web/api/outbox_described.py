"""What the published description says of the outbox."""

from __future__ import annotations

from rushes.web.api.describing import (
    CURSOR,
    MOMENT,
    PATH,
    TEXT,
    TRUTH,
    WHOLE,
    done,
    got,
    list_of,
    made_of,
    maybe,
    page_of,
)
from rushes.web.api.scans_described import ACTOR

_POST = {
    "id": WHOLE,
    "tracker": TEXT,
    "key": TEXT,
    "asset_path": PATH,
    "time": MOMENT,
    "document": TEXT,
    "asset_id": maybe(TEXT),
    "kind": TEXT,
    "state": TEXT,
    "attempts": WHOLE,
    "queued": MOMENT,
    "due": MOMENT,
    "tried": maybe(MOMENT),
    "told": TEXT,
    "actor": ACTOR,
}
_CLAIM = made_of(**_POST, holder=TEXT, doubtful=TRUTH, overtaken=TRUTH)

POSTS = got(
    page_of(made_of(**_POST)),
    CURSOR,
    several={"state": "In one of these states.", "id": "With one of these numbers."},
)
QUEUED = done(list_of(made_of(**_POST)))
CLAIMED = done(list_of(_CLAIM))
BEGUN = done(made_of(ids={"type": "array", "items": WHOLE}))
DONE = done(made_of())
