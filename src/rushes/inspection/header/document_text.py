"""A document as JSON text: what `orjson` would write of `document`, byte for byte.

Of a header that came out of a mould, nearly all the text is known from the one before, too.
"""

from __future__ import annotations

from base64 import b64encode
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from rushes.inspection.header.document import Document, body, head, tail
from rushes.inspection.header.mould import Cast, Mould
from rushes.inspection.header.reading import ReadHeader
from rushes.model.finding import Finding
from rushes.model.image import Attribute, Image

_MARK = b"\xff"  # where something moves; UTF-8 has no such byte

_Text = tuple[bytes, bytes]  # an attribute in its part's list, and its value alone


class _Form(NamedTuple):
    """The text of a mould: every second piece is of one that moves, first in the lists of parts,
    and then by name; `named` are the numbers of the latter among those that move.
    """

    mould: Mould
    pieces: Sequence[bytes]
    named: Sequence[int]


_form: _Form | None = None
_last: tuple[Image, Document] | None = None
_MOST = 1 << 20  # bytes of a header whose document is kept


def document_json(
    read: ReadHeader,
    *,
    stats: Mapping[str, Any] | None = None,
    validation: Mapping[str, Any] | None = None,
    errors: tuple[Finding, ...] = (),
) -> bytes:
    """All about one file, as `document` tells it."""
    global _last
    import orjson

    last = tail(read, stats=stats, validation=validation, errors=errors)
    if isinstance(read.told, Cast):
        first = orjson.dumps(head(read, read.told.outline))
        return b"".join([first[:-1], b",", *_told(read.told), b",", orjson.dumps(last)[1:]])
    image = read.image
    middle = body(image)
    text = orjson.dumps({**head(read, image), **middle, **last})
    if image is not None and image.header_bytes <= _MOST:
        _last = image, middle  # a mould of it may soon be wanted
    return text


def _told(cast: Cast) -> list[bytes]:
    """The text of what a header tells, in pieces, without the brackets around it."""
    global _form
    form = _form
    if form is None or form.mould is not cast.mould:
        form = _form = _formed(cast.mould)
    known: dict[Attribute, _Text] = {}
    texts = [known.get(one) or known.setdefault(one, _text(one)) for one in cast.moved]
    pieces = list(form.pieces)
    pieces[1::2] = [*[listed for listed, _ in texts], *[texts[at][1] for at in form.named]]
    return pieces


def _formed(mould: Mould) -> _Form:
    """The text of a mould, cut where something moves."""
    global _last
    import orjson

    last = _last
    told = last[1] if last is not None and last[0] is mould.image else body(mould.image)
    _last = None  # it is changed here
    mark = orjson.Fragment(_MARK)
    every = [part["attributes"] for part in told["parts"]]
    ends = list(accumulate(map(len, every)))
    for at in mould.moving:
        part = bisect_right(ends, at)
        every[part][at - ends[part]] = mark  # counted from the end
    names = [one.name for part in mould.image.parts for one in part.attributes]
    numbers = {names[at]: number for number, at in reversed(list(enumerate(mould.moving)))}
    named = []
    for name in told["attributes"]:
        number = numbers.get(name)
        if number is not None and names.index(name) == mould.moving[number]:
            named.append(number)
            told["attributes"][name] = mark
    still = orjson.dumps(told)[1:-1].split(_MARK)
    pieces = [b""] * (2 * len(still) - 1)
    pieces[::2] = still
    return _Form(mould, pieces, named)


def _text(one: Attribute) -> _Text:
    import orjson

    value = orjson.dumps(one.value)
    raw = b"}" if one.exact else b',"raw":"%b"}' % b64encode(one.raw)
    return _start(one.name, one.type) + value + raw, value


@lru_cache(maxsize=4096)
def _start(name: str, kind: str) -> bytes:
    """What stands before a value in the list of attributes."""
    import orjson

    return orjson.dumps({"name": name, "type": kind})[:-1] + b',"value":'
