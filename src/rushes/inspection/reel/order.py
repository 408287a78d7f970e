"""One frame of a reel: what it is asked for as, and made, in whichever process."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.inspection.look import PLAIN, Viewing
from rushes.inspection.reel import drawing
from rushes.inspection.reel.drawing import Corner
from rushes.inspection.reel.fitting import Seen, fitted
from rushes.inspection.shrink import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_HEAD = struct.Struct("<I")
_MOST_REASON = 120
# What is wrong with the media, and so is shown on a card; anything else is for whoever asked.
_OF_MEDIA = (
    Code.MEDIA_UNREADABLE,
    Code.PATH_NOT_FOUND,
    Code.PATH_UNREADABLE,
    Code.NOTHING_FOUND,
)


class Source(Enum):
    """Where the picture comes from."""

    IMAGE = "image"
    MOVIE = "movie"
    NONE = "none"  # a card in its place


@dataclass(frozen=True, slots=True)
class Order:
    """A frame that is wanted.

    `path` is the image file, or the movie of which it is frame `index` from 0; errors call it
    `name`. Without a source it is a card that says `word`; a slate has a `title` and `rows`, and a
    small picture where there is a source. `texts` are the burn-ins.
    """

    box: tuple[int, int]
    source: Source = Source.NONE
    path: str = ""
    index: int = 0
    name: str = ""
    viewing: Viewing = PLAIN
    texts: Mapping[Corner, str] | None = None
    word: str = ""
    told: tuple[str, ...] = ()
    title: str = ""
    rows: tuple[tuple[str, str], ...] = ()


class Framed(NamedTuple):
    """A frame as bytes of 8-bit RGB; `problem` says why it is a card, where its source is bad."""

    pixels: bytes
    problem: str = ""


def packed(order: Order) -> bytes:
    """The order as a message."""
    told = asdict(order) | {
        "source": order.source.value,
        "texts": {one.name: text for one, text in (order.texts or {}).items()},
    }
    return json.dumps(told).encode("ascii")


def unpacked(answer: bytes) -> Framed:
    """What `framed` answered."""
    (size,) = _HEAD.unpack_from(answer)
    start = _HEAD.size + size
    return Framed(answer[start:], answer[_HEAD.size : start].decode("utf-8"))


def framed(message: bytes) -> bytes:
    """The frame that the message asks for; the same order and file give the same bytes.

    A picture that cannot be read becomes a card that says so. Raises `settings.invalid` where the
    colour config has not what is asked for, and `dependency.missing` without a font.
    """
    import OpenImageIO

    OpenImageIO.attribute("threads", 1)
    OpenImageIO.attribute("exr_threads", -1)
    order = _order(json.loads(message))
    pixels, problem = _drawn(order)
    said = problem.encode("utf-8", "backslashreplace")
    return b"".join((_HEAD.pack(len(said)), said, pixels.tobytes()))


def stand_in(order: Order, reason: str) -> Order:
    """The card, or the slate without a picture, in the place of an order that came to nothing."""
    return replace(order, source=Source.NONE, told=tuple(_lines(order, reason)))


def check_viewing(viewing: Viewing) -> None:
    """Raise `settings.invalid` where the colour config has not what is asked for."""
    from rushes.inspection import colour

    colour.check(viewing)


def _drawn(order: Order) -> tuple[Picture, str]:
    box = Box(*order.box)
    found, problem = None, ""
    if order.source is not Source.NONE:
        try:
            found = _picture(order, box)
        except UnicodeDecodeError as error:
            problem = f"its header is no text: {error.reason}"
        except MemoryError:
            problem = "it takes too much memory"
        except RushesError as error:
            if error.code not in _OF_MEDIA:
                raise
            problem = error.message
    if order.title:
        return drawing.slate(box, order.title, order.rows, found), problem
    if found is not None:
        picture = fitted(found.pixels, box, pixel_aspect=found.aspect)
    else:
        picture = drawing.card(box, order.word or "unreadable frame", _lines(order, problem))
    return _with_texts(picture, order), problem


def _picture(order: Order, box: Box) -> Seen:
    from rushes.inspection.display import Light, displayed
    from rushes.inspection.picture import read_small
    from rushes.inspection.reel.movie_frames import movie_frame
    from rushes.inspection.thumbnail import readable

    with readable(Path(order.path), order.name) as path:
        if order.source is Source.MOVIE:
            return movie_frame(path, order.index, name=order.name, key=order.path)
        raster = read_small(path, order.name, width=box)
    # What is ready for a screen stays as it is, whatever view the rest goes through.
    ready = raster.light is Light.DISPLAY and not order.viewing.colour_space
    viewing = PLAIN if ready else order.viewing
    return Seen(displayed(raster, viewing, name=order.name))


def _with_texts(picture: Picture, order: Order) -> Picture:
    return drawing.burnt_in(picture, order.texts) if order.texts else picture


def _lines(order: Order, problem: str) -> Sequence[str]:
    return [*order.told, *([problem[:_MOST_REASON]] if problem else [])]


def _order(told: dict[str, Any]) -> Order:
    given = told | {
        "box": tuple(told["box"]),
        "source": Source(told["source"]),
        "viewing": Viewing(**told["viewing"]),
        "texts": {Corner[name]: text for name, text in told["texts"].items()},
        "told": tuple(told["told"]),
        "rows": tuple((name, text) for name, text in told["rows"]),
    }
    return Order(**given)
