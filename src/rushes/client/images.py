"""The images port over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from rushes.client.lists import mounts, page_of, portions, text_size
from rushes.client.spelling.conditions import condition_text
from rushes.client.spelling.images import (
    header_of,
    header_text,
    image_of,
    look_row,
    named_row,
    seen_row,
)
from rushes.client.spelling.texts import folder_of, folder_text
from rushes.client.transport import Transport
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.model.files import FileSequence
from rushes.model.image import Image
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FileState, FoundImage, Recorded, SeenSequence
from rushes.ports.records import Page

Json = dict[str, Any]
_NAME = 150  # bytes of numbers and names of fields


class HttpImages:
    """`ports.images.Images` on a server. What headers mean is read there again.

    A batch that is larger than one request may be is kept in several steps, each whole or not at
    all.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def states(
        self, mount: str, sequences: Sequence[FileSequence]
    ) -> Sequence[Mapping[int, FileState]]:
        """What is recorded of each sequence's frames."""
        found: list[Mapping[int, FileState]] = []
        for some in portions(map(named_row, sequences), _name_size):
            body = {"root": escape(mount), "sequences": some}
            told = self._transport.send("POST", "exr/states", body)["data"]
            found += [{frame: FileState(size, ns) for frame, size, ns in row} for row in told]
        return found

    def record(self, mount: str, seen: Sequence[SeenSequence]) -> Recorded:
        """Make what was seen the record."""
        done = Recorded()
        for some in portions(_pieces(seen), _size):
            body = {"root": escape(mount), "sequences": some}
            done = done.plus(Recorded(**self._transport.send("POST", "exr/files", body)))
        return done

    def forget(self, mount: str, folder: PurePosixPath, *, but: Sequence[FileSequence] = ()) -> int:
        """Forget a folder's images, or those of all other sequences."""
        body = {
            "root": escape(mount),
            "folder": folder_text(folder),
            "but": [named_row(one) for one in but],
        }
        return int(self._transport.send("POST", "exr/forget", body)["forgotten"])

    def tidy(self) -> None:
        """Take away what nothing on record has any more."""
        self._transport.send("POST", "exr/tidy", {})

    def mounts(self) -> Sequence[str]:
        """Where the storage roots lie on the server's operating system."""
        return mounts(self._transport)

    def nested(self, mount: str) -> Sequence[PurePosixPath]:
        """Folders in `mount` of which images are recorded under roots that lie in it."""
        told = self._transport.get("exr/nested", [("root", escape(mount))])
        return [folder_of(one) for one in told["data"]]

    def gather(self, mount: str, shows: Mapping[PurePosixPath, str]) -> None:
        """Record under `mount` what is recorded of these folders under roots that lie in it."""
        rows = [
            {"folder": folder_text(folder), "show": escape(show)} for folder, show in shows.items()
        ]
        self._transport.send("POST", "exr/gather", {"root": escape(mount), "folders": rows})

    def folders(self, mount: str, below: PurePosixPath) -> Sequence[PurePosixPath]:
        """Folders at or below `below` of which images are recorded."""
        params = [("root", escape(mount)), ("below", folder_text(below))]
        return [folder_of(one) for one in self._transport.get("exr/folders", params)["data"]]

    def header(self, mount: str, sequence: FileSequence, frame: int) -> bytes | None:
        """The bytes of a recorded header."""
        named = {"root": escape(mount), **named_row(sequence), "frame": frame}
        try:
            told = self._transport.get(
                "exr/header", [(key, str(one)) for key, one in named.items()]
            )
        except RushesError as error:
            if error.code is Code.RECORD_NOT_FOUND:
                return None
            raise
        return header_of(told["header"])

    def find(self, query: ImageQuery, *, page: str | None = None) -> Page[FoundImage]:
        """Files that the query holds of."""
        asked = _asked(query)
        params = [
            (name, one) for name in ("layer", "channel", "compression") for one in asked[name]
        ]
        params += [(name, asked[name]) for name in ("show", "where") if asked[name]]
        return page_of(self._transport, "exr/files", params, page, read=image_of)

    def similar(self, image: Image, query: ImageQuery, *, most: int) -> Sequence[FoundImage]:
        """One file of each structure like the image's, the nearest first."""
        body = {**_asked(query), "header": header_text(_bytes(image)), "limit": most}
        told = self._transport.send("POST", "exr/similar", body)
        return [image_of(row) for row in told["data"]]

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()


def _asked(query: ImageQuery) -> Json:
    return {
        "layer": list(query.layers),
        "channel": list(query.channels),
        "compression": list(query.compressions),
        "show": query.show,
        "where": condition_text(query.where) if query.where is not None else "",
    }


def _bytes(image: Image) -> bytes:
    """The header that means `image`, as it lies in the file."""
    from rushes.inspection.header import wire

    def raw(name: str) -> bytes:
        return unescape(name).encode("utf-8", "surrogateescape")

    parts = tuple(
        wire.Part(
            tuple(wire.Attribute(raw(one.name), raw(one.type), one.raw) for one in part.attributes)
        )
        for part in image.parts
    )
    return wire.Header(image.version, image.flags, parts, 0).data()


def _pieces(seen: Iterable[SeenSequence]) -> Iterator[Json]:
    """Sequences as JSON; one with more headers than fit into a request comes several times, and
    what is gone of it is told with the last.
    """
    for one in seen:
        several = list(portions(map(look_row, one.images), _look_size))
        for some in several[:-1]:
            yield seen_row(replace(one, unchanged=(), frames=()), some)
        yield seen_row(one, several[-1] if several else [])


def _name_size(row: Json) -> int:
    return _NAME + text_size(row["folder"], row["head"], row["tail"])


def _look_size(row: Json) -> int:
    return _NAME + len(row["header"]) + text_size(row["problem"])


def _size(row: Json) -> int:
    told = len(row["unchanged"]) + len(row["frames"]) + text_size(row["show"])
    return _name_size(row) + told + sum(map(_look_size, row["images"]))
