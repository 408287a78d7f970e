"""A file's header read from storage, with all that is wrong with it as findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rushes.core.escape import escape
from rushes.inspection.header import facts, kin, wire
from rushes.inspection.header.lint import lint
from rushes.inspection.header.mould import Cast
from rushes.inspection.header.offsets import Gap, Shape, UncountableError, chunk_count, gaps
from rushes.model.finding import Finding, Severity
from rushes.model.image import Image, Part
from rushes.ports.storage import OpenFile, Storage

HEADER, OFFSETS, CHANGED = "exr.header", "exr.offsets", "exr.changed"
_FIRST = 32 * 1024  # most headers and offset tables are shorter
_MOST = 256 * 1024**2  # a longer header is nonsense, and would take as much memory


class Whole(NamedTuple):
    """A header as it lies in the file, and what it means."""

    header: wire.Header
    image: Image


@dataclass(frozen=True, slots=True)
class ReadHeader:
    """What one look at a file found. `header` and `image` are None where there is no header.

    `path` is escaped.
    """

    path: str
    size: int
    mtime_ns: int
    told: Whole | Cast | None
    findings: tuple[Finding, ...]

    @property
    def header(self) -> wire.Header | None:
        """The header as it lies in the file."""
        return self.told.header if self.told is not None else None

    @property
    def image(self) -> Image | None:
        """What it means."""
        return self.told.image if self.told is not None else None


def read_header(storage: Storage, path: str, *, called: str = "") -> ReadHeader:
    """The header of the file at `path`; what is wrong with it is told, never raised.

    It is `called` by that name, escaped. Raises `path.not_found` and `path.unreadable` where there
    is no file, or none that can be read.
    """
    file = storage.open_file(path)
    try:
        return header_of(file, called or escape(path))
    finally:
        file.close()


def header_of(file: OpenFile, name: str) -> ReadHeader:
    """The header of an open file. Raises `path.unreadable`."""
    data = file.read(0, min(_FIRST, file.size))

    def more(size: int) -> bytes:
        nonlocal data
        # What is asked for is set aside before it is read, and a damaged size may be any.
        data += file.read(len(data), max(0, min(size, _MOST, file.size) - len(data)))
        return data

    told: Whole | Cast | None = None
    image: Image | None = None
    findings: list[Finding] = []
    fetch = more if file.size > len(data) else None
    try:
        told = kin.fitting(data, fetch)
        if told is not None:
            image = told.outline
        else:
            header = wire.parse(data, fetch)
            image = facts.image(header, data)
            told = Whole(header, image)
            findings += lint(image, name)
            if not findings:
                kin.remember(header, image, data)
    except wire.DamagedError as damage:
        findings.append(_damaged(name, file.size, damage))
    if image is not None:
        findings += _gaps(file, image, data, name)
    if (len(data) > _FIRST or findings) and file.changed():
        findings.insert(0, _changed(name))
    return ReadHeader(name, file.size, file.mtime_ns, told, tuple(findings))


def _gaps(file: OpenFile, image: Image, data: bytes, name: str) -> Iterator[Finding]:
    for part in image.parts:
        if part.chunk_count is None:
            yield _uncounted(part, name)
            return

    def read(offset: int, size: int) -> bytes:
        if offset + size <= len(data):
            return data[offset : offset + size]
        return file.read(offset, size)

    for gap in gaps(image, size=file.size, read=read):
        yield _gap(name, image, gap)


def _uncounted(part: Part, name: str) -> Finding:
    why = "its header is not clear"
    try:
        said = part.value("chunkCount", "int")
        chunk_count(Shape(said, part.data_window, part.compression, part.tiled, part.tiles))
    except UncountableError as error:
        why = str(error)
    return Finding(
        OFFSETS,
        Severity.ERROR,
        name,
        f"How many chunks of pixels part {part.index} has cannot be told: {why}.",
        wanted="a data window, a compression and tiles that make sense",
        fix="Render or write the file again.",
    )


def _gap(name: str, image: Image, gap: Gap) -> Finding:
    part = f"Part {gap.part}: " if len(image.parts) > 1 else ""
    return Finding(
        OFFSETS,
        Severity.ERROR,
        name,
        f"{part}{gap.missing:,} of {gap.count:,} chunks of pixels have no usable place in the"
        f" offset table (the first at byte {gap.offset:,}).",
        found=f"{gap.count - gap.missing:,} chunks",
        wanted=f"{gap.count:,} chunks",
        fix="The file was not written to its end, or was cut: render or copy it again.",
    )


def _damaged(name: str, size: int, damage: wire.DamagedError) -> Finding:
    told = f"{damage.message[:1].upper()}{damage.message[1:]} (at byte {damage.offset:,})."
    return Finding(
        HEADER,
        Severity.ERROR,
        name,
        told if size else "It has zero bytes.",
        found=f"{size:,} bytes",
        wanted="an OpenEXR header",
        fix="Render or copy the file again.",
    )


def _changed(name: str) -> Finding:
    return Finding(
        CHANGED,
        Severity.ERROR,
        name,
        "It changed while it was read, so what is told of it may be neither old nor new.",
        fix="Look again once nobody writes to it.",
    )
