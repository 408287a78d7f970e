"""Storage roots, scans, file sequences and disk use: what the records port remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import Field as Bounds

from rushes.client.spelling.scans import (
    change_row,
    folder_use_row,
    found_of,
    scan_row,
    sequence_row,
    use_of,
)
from rushes.client.spelling.texts import folder_of, moment_of, root_of
from rushes.model.files import FoundFolder
from rushes.model.scan import Actor, ScanTotals
from rushes.ports.progress import Silent
from rushes.ports.records import ScanRequest
from rushes.web.api import scans_described
from rushes.web.api.house_only import SCAN, again, cursor, listed, of_root, reader, tagged, written
from rushes.web.api.operations import add
from rushes.web.api.parameters import Parameters
from rushes.web.api.shapes import one_or_many
from rushes.web.api.storage_shapes import Met, NewScan, Nothing, Totals, values
from rushes.web.house import house

Given = Mapping[str, Any]
_FOLDERS = Annotated[list[Met], Bounds(max_length=10_000)]


def add_scans(api: NinjaAPI) -> None:
    """Have scans begun, fed, finished and listed, and what they found."""
    told, put = scans_described, partial(add, api, tag="scans")
    put("GET", "/storage-roots", roots, "list_storage_roots", "List storage roots",
        told=told.ROOTS)  # fmt: skip
    put("GET", "/scans", scans, "list_scans", "List scans, the newest first", told=told.SCANS)
    put("POST", "/scans", begin, "begin_scans", "Begin a scan, or several", told=told.BEGUN,
        body=one_or_many(NewScan))  # fmt: skip
    put("GET", "/scans/changes", changes, "list_scan_changes", "List what two scans differ in",
        told=told.CHANGES)  # fmt: skip
    put("GET", "/scans/{int:id}", one_scan, "get_scan", "Get a scan", told=told.SCAN)
    put("POST", "/scans/{int:id}/folders", add_folders, "add_scanned_folders",
        "Add what a running scan has met", body=_FOLDERS, told=told.ADDED)  # fmt: skip
    put("POST", "/scans/{int:id}/finish", finish, "finish_scan", "Make a scan the record",
        body=Totals, told=told.FINISHED)  # fmt: skip
    put("POST", "/scans/{int:id}/fail", fail, "fail_scan", "Give a scan up", body=Nothing,
        told=told.FINISHED)  # fmt: skip
    put("GET", "/file-sequences", sequences, "list_file_sequences", "List file sequences",
        told=told.SEQUENCES)  # fmt: skip
    put("GET", "/folder-use", folder_use, "list_folder_use", "List what folders hold",
        told=told.USES)  # fmt: skip


def roots(request: HttpRequest, _given: Given) -> HttpResponse:
    """Every storage root."""
    reader(request)
    asked = Parameters(request.GET, once=("cursor",))
    return listed(request, house().records.storage_roots(page=cursor(asked)), asdict)


def scans(request: HttpRequest, _given: Given) -> HttpResponse:
    """Scans, of one root or of all."""
    reader(request)
    asked = Parameters(request.GET, once=("root", "cursor"))
    root = asked.maybe("root")
    mount = root_of(root) if root is not None else None
    found = house().records.scans(mount=mount, page=cursor(asked))
    return listed(request, found if mount is None else of_root(mount, found), scan_row)


def one_scan(request: HttpRequest, given: Given) -> HttpResponse:
    """One scan."""
    reader(request)
    Parameters(request.GET)
    return tagged(request, scan_row(house().records.scan(given["id"])))


def begin(request: HttpRequest, given: Given) -> HttpResponse:
    """Begin scans."""
    body = given["body"]
    wanted = [
        ScanRequest(
            root_of(one.root),
            folder_of(one.below),
            moment_of(one.started) if one.started is not None else None,
        )
        for one in (body if isinstance(body, list) else [body])
    ]

    def write(actor: Actor) -> Any:
        made = [scan_row(one) for one in house().records.begin_scans(wanted, actor=actor)]
        return {"data": made} if isinstance(body, list) else made[0]

    return written(request, SCAN, write, status=201)


def add_folders(request: HttpRequest, given: Given) -> HttpResponse:
    """Stage folders; of one that comes twice, the last counts."""
    folders = [_folder(one) for one in given["body"]]

    def write(actor: Actor) -> Any:
        house().records.add_folders(given["id"], folders, actor=actor)
        return {"folders": len(folders)}

    return again(request, SCAN, write)


def finish(request: HttpRequest, given: Given) -> HttpResponse:
    """Make a scan the record; of one that has ended, what came of it."""
    totals = ScanTotals(**values(given["body"]))

    def write(actor: Actor) -> Any:
        records, progress = house().records, Silent()
        return scan_row(records.finish_scan(given["id"], totals, actor=actor, progress=progress))

    return again(request, SCAN, write)


def fail(request: HttpRequest, given: Given) -> HttpResponse:
    """Give a scan up; one that has ended stays as it ended."""

    def write(actor: Actor) -> Any:
        records = house().records
        records.fail_scans([given["id"]], actor=actor)
        return scan_row(records.scan(given["id"]))

    return again(request, SCAN, write)


def sequences(request: HttpRequest, _given: Given) -> HttpResponse:
    """File sequences as last recorded."""
    reader(request)
    asked = Parameters(request.GET, once=("root", "below", "cursor"))
    mount, below = root_of(asked.text("root")), folder_of(asked.text("below", "."))
    found = house().records.sequences(mount, below=below, page=cursor(asked))
    return listed(request, of_root(mount, found), sequence_row)


def changes(request: HttpRequest, _given: Given) -> HttpResponse:
    """What two scans differ in."""
    reader(request)
    asked = Parameters(request.GET, once=("root", "since", "until", "cursor"))
    found = house().records.changes(
        root_of(asked.text("root")),
        since=asked.whole("since"),
        until=asked.whole("until"),
        page=cursor(asked),
    )
    return listed(request, found, change_row)


def folder_use(request: HttpRequest, _given: Given) -> HttpResponse:
    """What folders hold, now or after some scan."""
    reader(request)
    asked = Parameters(request.GET, once=("root", "at", "cursor"))
    at = asked.whole("at") if asked.maybe("at") is not None else None
    mount = root_of(asked.text("root"))
    found = house().records.folder_use(mount, at=at, page=cursor(asked))
    return listed(request, of_root(mount, found), folder_use_row)


def _folder(one: Met) -> FoundFolder:
    path = folder_of(one.folder)
    return FoundFolder(
        path,
        tuple([found_of(path, each.__dict__) for each in one.sequences]),
        use_of(one.use.__dict__),
        unread=one.unread,
    )
