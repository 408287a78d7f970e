"""Headers of images: found, compared, recorded and forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from rushes.client.spelling.images import header_of, header_text, image_row, named_of
from rushes.client.spelling.texts import folder_of, folder_text, frames_of, refused, root_of
from rushes.core.errors import Code, RushesError
from rushes.core.escape import unescape
from rushes.model.image import Image
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FileState, SeenImage, SeenSequence
from rushes.web.api import images_described
from rushes.web.api.answers import as_json
from rushes.web.api.house_only import (
    SCAN,
    again,
    cursor,
    listed,
    reader,
    rows,
    tagged,
    written,
)
from rushes.web.api.operations import add
from rushes.web.api.parameters import Parameters
from rushes.web.api.storage_shapes import (
    Gathered,
    Gone,
    Like,
    Look,
    Nothing,
    Seen,
    SeenBelow,
    Wanted,
)
from rushes.web.house import house

Given = Mapping[str, Any]
_NAMES = ("folder", "head", "tail", "padding", "kind", "subframe_digits")
_KINDS = ("frames", "tiles", "file")
_MOST_FRAMES = 1_000_000  # in one request
_DEEPEST_PADDING, _DEEPEST_DIGITS = 255, 18


def add_images(api: NinjaAPI) -> None:
    """Have headers asked for and recorded."""
    told, put = images_described, partial(add, api, tag="exr")
    put("GET", "/exr/files", find, "list_exr_files", "List recorded images", told=told.FILES)
    put("POST", "/exr/files", record, "record_exr_files", "Record images", body=SeenBelow,
        told=told.RECORDED)  # fmt: skip
    put("POST", "/exr/similar", similar, "list_similar_exr_files",
        "List images that are built like a given one", body=Like, told=told.SIMILAR)  # fmt: skip
    put("GET", "/exr/header", header, "get_exr_header", "Get a recorded header", told=told.HEADER)
    put("POST", "/exr/states", states, "list_exr_states",
        "List what is recorded of sequences' files", body=Wanted, told=told.STATES)  # fmt: skip
    put("GET", "/exr/folders", folders, "list_exr_folders",
        "List folders of which images are recorded", told=told.FOLDERS)  # fmt: skip
    put("GET", "/exr/nested", nested, "list_nested_exr_folders",
        "List folders that are recorded under inner roots", told=told.NESTED)  # fmt: skip
    put("POST", "/exr/gather", gather, "gather_exr_files",
        "Record under one root what is recorded under inner ones", body=Gathered,
        told=told.DONE)  # fmt: skip
    put("POST", "/exr/forget", forget, "forget_exr_files", "Forget images of a folder", body=Gone,
        told=told.FORGOTTEN)  # fmt: skip
    put("POST", "/exr/tidy", tidy, "tidy_exr_files", "Drop structures that no image has",
        body=Nothing, told=told.DONE)  # fmt: skip


def find(request: HttpRequest, _given: Given) -> HttpResponse:
    """Images that conditions hold of."""
    reader(request)
    asked = Parameters(
        request.GET, once=("show", "where", "cursor"), several=("layer", "channel", "compression")
    )
    lists = {name: asked.several(name) for name in ("layer", "channel", "compression")}
    query = _query(lists, show=asked.text("show", ""), where=asked.text("where", ""))
    return listed(request, house().images.find(query, page=cursor(asked)), image_row)


def similar(request: HttpRequest, given: Given) -> HttpResponse:
    """Images like one, the nearest first."""
    reader(request)
    body = given["body"]
    image = _meaning(header_of(body.header))
    query = _query(body.__dict__, show=body.show, where=body.where)
    found = house().images.similar(image, query, most=body.limit)
    return as_json(rows([image_row(one) for one in found]))


def record(request: HttpRequest, given: Given) -> HttpResponse:
    """Make what was seen the record."""
    body = given["body"]
    mount, seen = root_of(body.root), _seen(body.sequences)

    def write(_actor: Any) -> Any:
        done = house().images.record(mount, seen)
        names = ("added", "changed", "unchanged", "forgotten")
        return {name: getattr(done, name) for name in names}

    return written(request, SCAN, write)


def header(request: HttpRequest, _given: Given) -> HttpResponse:
    """A header's very bytes."""
    reader(request)
    asked = Parameters(request.GET, once=("root", *_NAMES, "frame"))
    kind = asked.text("kind", "file")
    padding, digits = asked.whole("padding", 0), asked.whole("subframe_digits", 0)
    if kind not in _KINDS:
        raise refused("kind", "there are frames, tiles and file")
    if not (0 <= padding <= _DEEPEST_PADDING and 0 <= digits <= _DEEPEST_DIGITS):
        raise refused("padding", "no name of a file has so many digits")
    named = {
        "folder": asked.text("folder"),
        "head": asked.text("head"),
        "tail": asked.text("tail", ""),
        "padding": padding,
        "kind": kind,
        "subframe_digits": digits,
    }
    mount, frame = root_of(asked.text("root")), asked.whole("frame", 0)
    found = house().images.header(mount, named_of(named), frame)
    if found is None:
        raise RushesError(Code.RECORD_NOT_FOUND, "There is no header of that file on record.")
    return tagged(request, {"header": header_text(found)})


def states(request: HttpRequest, given: Given) -> HttpResponse:
    """Frames, sizes and times, as they were when the files were looked into."""
    reader(request)
    body = given["body"]
    wanted = [named_of(one.__dict__) for one in body.sequences]
    found = house().images.states(root_of(body.root), wanted)
    return as_json(
        rows([[[frame, *state] for frame, state in sorted(one.items())] for one in found])
    )


def folders(request: HttpRequest, _given: Given) -> HttpResponse:
    """Folders of which images are recorded."""
    reader(request)
    asked = Parameters(request.GET, once=("root", "below"))
    mount, below = root_of(asked.text("root")), folder_of(asked.text("below", "."))
    return tagged(request, rows(list(map(folder_text, house().images.folders(mount, below)))))


def nested(request: HttpRequest, _given: Given) -> HttpResponse:
    """Folders that are recorded under roots inside this one."""
    reader(request)
    asked = Parameters(request.GET, once=("root",))
    found = house().images.nested(root_of(asked.text("root")))
    return tagged(request, rows(list(map(folder_text, found))))


def gather(request: HttpRequest, given: Given) -> HttpResponse:
    """Move what is recorded under inner roots."""
    body = given["body"]
    mount = root_of(body.root)
    shows = {folder_of(one.folder): unescape(one.show) for one in body.folders}

    def write(_actor: Any) -> Any:
        house().images.gather(mount, shows)
        return {}

    return again(request, SCAN, write)


def forget(request: HttpRequest, given: Given) -> HttpResponse:
    """Forget a folder's images."""
    body = given["body"]
    mount, folder = root_of(body.root), folder_of(body.folder)
    but = [named_of(one.__dict__) for one in body.but]
    return again(
        request, SCAN, lambda _: {"forgotten": house().images.forget(mount, folder, but=but)}
    )


def tidy(request: HttpRequest, _given: Given) -> HttpResponse:
    """Drop what nothing uses."""

    def write(_actor: Any) -> Any:
        house().images.tidy()
        return {}

    return again(request, SCAN, write)


def _query(lists: Mapping[str, Sequence[str]], *, show: str, where: str) -> ImageQuery:
    from rushes.inspection.where import condition

    layers, channels, compressions = (
        tuple(lists[name]) for name in ("layer", "channel", "compression")
    )
    asked = condition(where) if where else None
    return ImageQuery(layers, channels, compressions, show, asked)


def _seen(given: Iterable[Seen]) -> list[SeenSequence]:
    """What was sent, its headers read. Raises `field.invalid`."""
    found, left = [], _MOST_FRAMES
    for one in given:
        sets = [frames_of(text) for text in (one.unchanged, one.frames)]
        left -= sum(map(len, sets))
        if left < 0:
            raise refused("frames", f"a request holds up to {_MOST_FRAMES:,} frames")
        unchanged, frames = map(tuple, sets)
        images = [_image(each) for each in one.images]
        sequence = named_of(one.__dict__)
        found.append(SeenSequence(sequence, unescape(one.show), images, unchanged, frames))
    return found


def _image(one: Look) -> SeenImage:
    header = header_of(one.header)
    meaning = _meaning(header) if header else None
    state = FileState(one.size, one.mtime_ns)
    return SeenImage(one.frame, state, header, meaning, unescape(one.problem))


def _meaning(header: bytes) -> Image:
    from rushes.inspection.header import facts, wire

    try:
        return facts.image(wire.parse(header), header)
    except wire.DamagedError as damage:
        raise refused("header", f"{damage.message} (at byte {damage.offset})") from None
