"""What the published description says of records of quality checks."""

from __future__ import annotations

from rushes.web.api.describing import (
    BELOW,
    CURSOR,
    PATH,
    ROOT,
    TEXT,
    TEXTS,
    TRUTH,
    WHOLE,
    done,
    got,
    list_of,
    made_of,
    maybe,
    page_of,
    plain,
)

_ASSET = {"root": PATH, "folder": PATH, "name": PATH}
_RECORD = made_of(**_ASSET, record_hash=TEXT, position=WHOLE, lost=TRUTH, record={"type": "object"})

RECORDS = got(
    page_of(_RECORD), ROOT, BELOW, ("result", "pass, fail or pending; all unless said.", False),
    CURSOR,
)  # fmt: skip
HISTORY = got(
    page_of(_RECORD),
    ROOT,
    ("folder", "The asset's folder below the root, escaped.", True),
    ("name", "The file's name, or the sequence's pattern, escaped.", True),
    CURSOR,
)
HEADS = got(
    page_of(made_of(**_ASSET, record_hash=TEXT, length=WHOLE, lost=WHOLE, gone=TRUTH)),
    ROOT,
    BELOW,
    CURSOR,
)
KNOWN = plain(list_of(made_of(head=maybe(TEXT), held=TEXTS, lost=TEXTS)))
MIRRORED = done(made_of(new=WHOLE, known=WHOLE, lost=WHOLE))
LOST = done(made_of(lost=WHOLE))
FORGOTTEN = done(made_of(forgotten=WHOLE))
