"""What the published description says of images' headers."""

from __future__ import annotations

from rushes.web.api.describing import (
    BELOW,
    CURSOR,
    PATH,
    ROOT,
    TEXTS,
    WHOLE,
    done,
    got,
    list_of,
    made_of,
    maybe,
    page_of,
    plain,
)
from rushes.web.api.scans_described import NAMED

_FILE = made_of(
    root=PATH,
    **NAMED,
    frame=WHOLE,
    size=WHOLE,
    mtime_ns=WHOLE,
    width=maybe(WHOLE),
    height=maybe(WHOLE),
    compressions=TEXTS,
    layers=TEXTS,
    parts=WHOLE,
    channels=WHOLE,
    distance=maybe({"type": "number"}),
)
_STATE = {
    "type": "array",
    "prefixItems": [
        {**WHOLE, "description": one}
        for one in ("frame", "bytes", "nanoseconds since 1970 when it was last changed")
    ],
}

FILES = got(
    page_of(_FILE),
    ("show", "Of this show; * and ? stand for others.", False),
    ("where", "A condition, such as width >= 3840 and not deep.", False),
    CURSOR,
    several={
        "layer": "A layer is called like this.",
        "channel": "A channel is called like this, in full.",
        "compression": "A part is compressed like this.",
    },
)
RECORDED = done(made_of(added=WHOLE, changed=WHOLE, unchanged=WHOLE, forgotten=WHOLE))
SIMILAR = plain(list_of(_FILE))
HEADER = got(
    made_of(header={"type": "string", "contentEncoding": "base64"}),
    ROOT,
    ("folder", "The file's folder below the root, escaped.", True),
    ("head", "The file's name, or what stands before its number, escaped.", True),
    ("tail", "What stands behind the number, escaped.", False),
    ("padding", "How many digits the number has.", False),
    ("kind", "frames, tiles, or file (unless said).", False),
    ("subframe_digits", "How many digits stand behind the point of a number.", False),
    ("frame", "The number; 0 (unless said) for single files.", False),
)
STATES = plain(list_of({"type": "array", "items": _STATE}))
FOLDERS = got(list_of(PATH), ROOT, BELOW)
NESTED = got(list_of(PATH), ROOT)
FORGOTTEN = plain(made_of(forgotten=WHOLE))
DONE = plain(made_of())
