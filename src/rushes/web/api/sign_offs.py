"""Records of quality checks: asked for, mirrored, restored, and noted to be gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import Field as Bounds

from rushes.client.spelling.sign_offs import (
    asset_of,
    head_row,
    known_row,
    mirrored_row,
    record_of,
    record_text,
)
from rushes.client.spelling.texts import folder_of, root_of
from rushes.model.scan import Actor
from rushes.model.signoff import Result
from rushes.ports.signoffs import AssetAt, Chain, MirroredRecord
from rushes.web.api import sign_offs_described
from rushes.web.api.answers import as_json
from rushes.web.api.house_only import QC, cursor, listed, of_root, reader, rows, written
from rushes.web.api.operations import add
from rushes.web.api.parameters import Parameters, invalid
from rushes.web.api.shapes import Strict
from rushes.web.api.storage_shapes import Folder, Mount, Name
from rushes.web.house import house

Given = Mapping[str, Any]
_Record = dict[str, Any] | str


class Asset(Strict):
    """A file, or a sequence by its pattern, as in plate.%04d.exr."""

    root: Mount
    folder: Folder
    name: Annotated[Name, Bounds(min_length=1)]


class Assets(Strict):
    """Several assets."""

    assets: Annotated[list[Asset], Bounds(max_length=50_000)]


class Sidecar(Strict):
    """All records of an asset, the oldest first: objects, or the JSON text of each."""

    asset: Asset
    records: Annotated[list[_Record], Bounds(min_length=1, max_length=50_000)]


class Sidecars(Strict):
    """What lies beside several assets."""

    chains: Annotated[list[Sidecar], Bounds(max_length=50_000)]


def add_sign_offs(api: NinjaAPI) -> None:
    """Have records of quality checks listed and mirrored."""
    told, put = sign_offs_described, partial(add, api, tag="qc")
    put("GET", "/qc/records", latest, "list_qc_records", "List the records in force",
        told=told.RECORDS)  # fmt: skip
    put("GET", "/qc/history", history, "list_qc_history", "List all records of an asset",
        told=told.HISTORY)  # fmt: skip
    put("GET", "/qc/heads", heads, "list_qc_heads", "List the last record of every asset",
        told=told.HEADS)  # fmt: skip
    put("POST", "/qc/known", known, "list_known_qc_records", "List the hashes of assets' records",
        body=Assets, told=told.KNOWN)  # fmt: skip
    put("POST", "/qc/records", record, "record_qc", "Mirror what was written beside the media",
        body=Sidecars, told=told.MIRRORED)  # fmt: skip
    put("POST", "/qc/restore", restore, "restore_qc", "Mirror what was read beside the media",
        body=Sidecars, told=told.MIRRORED)  # fmt: skip
    put("POST", "/qc/gone", gone, "note_gone_qc", "Note that assets have no sidecar any more",
        body=Assets, told=told.LOST)  # fmt: skip
    put("POST", "/qc/forget", forget, "forget_lost_qc", "Drop the lost records of assets",
        body=Assets, told=told.FORGOTTEN)  # fmt: skip


def latest(request: HttpRequest, _given: Given) -> HttpResponse:
    """The records in force."""
    reader(request)
    asked = Parameters(request.GET, once=("root", "below", "result", "cursor"))
    result = asked.maybe("result")
    if result is not None and result not in {one.value for one in Result}:
        raise invalid("result", "is none of pass, fail and pending")
    mount = root_of(asked.text("root"))
    found = house().sign_offs.latest(
        mount,
        below=folder_of(asked.text("below", ".")),
        result=Result(result) if result is not None else None,
        page=cursor(asked),
    )
    return listed(request, of_root(mount, found), _whole)


def history(request: HttpRequest, _given: Given) -> HttpResponse:
    """Every record of an asset, the oldest first."""
    reader(request)
    asked = Parameters(request.GET, once=("root", "folder", "name", "cursor"))
    asset = asset_of({name: asked.text(name) for name in ("root", "folder", "name")})
    found = house().sign_offs.history(asset, page=cursor(asked))
    return listed(request, of_root(asset.mount, found), _whole)


def heads(request: HttpRequest, _given: Given) -> HttpResponse:
    """The last known record of every asset, by its hash."""
    reader(request)
    asked = Parameters(request.GET, once=("root", "below", "cursor"))
    mount, below = root_of(asked.text("root")), folder_of(asked.text("below", "."))
    found = house().sign_offs.heads(mount, below=below, page=cursor(asked))
    return listed(request, of_root(mount, found), head_row)


def known(request: HttpRequest, given: Given) -> HttpResponse:
    """Hashes of assets' records."""
    reader(request)
    found = house().sign_offs.known(_assets(given))
    return as_json(rows([known_row(one) for one in found]))


def record(request: HttpRequest, given: Given) -> HttpResponse:
    """Add what was just written."""
    chains = _chains(given)

    def write(actor: Actor) -> Any:
        return asdict(house().sign_offs.record(chains, actor=actor))

    return written(request, QC, write)


def restore(request: HttpRequest, given: Given) -> HttpResponse:
    """Add what was just read."""
    chains = _chains(given)

    def write(actor: Actor) -> Any:
        return asdict(house().sign_offs.restore(chains, actor=actor))

    return written(request, QC, write)


def gone(request: HttpRequest, given: Given) -> HttpResponse:
    """Note that sidecars are not there any more."""
    assets = _assets(given)
    return written(request, QC, lambda actor: {"lost": house().sign_offs.gone(assets, actor=actor)})


def forget(request: HttpRequest, given: Given) -> HttpResponse:
    """Drop lost records."""
    assets = _assets(given)
    return written(
        request, QC, lambda actor: {"forgotten": house().sign_offs.forget(assets, actor=actor)}
    )


def _assets(given: Given) -> list[AssetAt]:
    return [asset_of(one.__dict__) for one in given["body"].assets]


def _chains(given: Given) -> list[Chain]:
    return [
        Chain(asset_of(one.asset.__dict__), tuple(map(record_of, one.records)))
        for one in given["body"].chains
    ]


def _whole(one: MirroredRecord) -> dict[str, Any]:
    """A record with the very text that its hash is of."""
    text = record_text(one.record).encode("utf-8")
    return {**mirrored_row(one), "record": orjson.Fragment(text)}
