"""What the published description says of scans and of what they found."""

from __future__ import annotations

from dataclasses import fields

from rushes.model.files import FolderUse
from rushes.model.scan import ScanTotals
from rushes.web.api.describing import (
    BELOW,
    CURSOR,
    FRAMES,
    MOMENT,
    PATH,
    ROOT,
    TEXT,
    WHOLE,
    done,
    got,
    list_of,
    made_of,
    maybe,
    page_of,
    plain,
)

_ROOT = made_of(name=TEXT, mount=PATH)
ACTOR = made_of(name=TEXT, on_behalf_of=TEXT, tool=TEXT)
_SCAN = made_of(
    id=WHOLE,
    root=_ROOT,
    below=PATH,
    state={"type": "string", "enum": ["running", "finished", "superseded", "failed"]},
    started=MOMENT,
    finished=maybe(MOMENT),
    totals=made_of(**{one.name: WHOLE for one in fields(ScanTotals)}),
    added=WHOLE,
    removed=WHOLE,
    changed=WHOLE,
    actor=ACTOR,
)
NAMED = {
    "folder": PATH,
    "head": PATH,
    "tail": PATH,
    "padding": WHOLE,
    "kind": {"type": "string", "enum": ["frames", "tiles", "file"]},
    "subframe_digits": WHOLE,
}
_NUMBERS = ("files", "size", "allocated", "smallest", "largest", "oldest_ns", "newest_ns")
_SEQUENCE = made_of(
    **NAMED,
    frames=FRAMES,
    **dict.fromkeys(_NUMBERS, WHOLE),
    fingerprint=TEXT,
    empty=FRAMES,
    short=FRAMES,
)
_CHANGE = made_of(
    kind={"type": "string", "enum": ["added", "removed", "changed"]},
    before=maybe(_SEQUENCE),
    after=maybe(_SEQUENCE),
)
_USE = made_of(
    folder=PATH, **{one: PATH if one == "largest_name" else WHOLE for one in FolderUse._fields}
)

ROOTS = got(page_of(_ROOT), CURSOR)
SCANS = got(page_of(_SCAN), ("root", ROOT[1], False), CURSOR)
SCAN = got(_SCAN)
BEGUN = done({"oneOf": [_SCAN, list_of(_SCAN)]}, status=201)
ADDED = plain(made_of(folders=WHOLE))
FINISHED = plain(_SCAN)
CHANGES = got(
    page_of(_CHANGE),
    ROOT,
    ("since", "The number of a finished scan.", True),
    ("until", "The number of another.", True),
    CURSOR,
)
SEQUENCES = got(page_of(_SEQUENCE), ROOT, BELOW, CURSOR)
USES = got(
    page_of(_USE), ROOT, ("at", "As it was after this scan; else as last recorded.", False), CURSOR
)
