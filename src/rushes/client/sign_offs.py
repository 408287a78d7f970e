"""The mirror of sidecars over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from rushes.client.lists import mounts, page_in_root, portions, text_size
from rushes.client.sending import acting
from rushes.client.spelling.sign_offs import (
    asset_row,
    head_of,
    known_of,
    mirrored_of,
    record_text,
)
from rushes.client.spelling.texts import folder_text
from rushes.client.transport import Transport
from rushes.core.escape import escape
from rushes.model.scan import Actor
from rushes.model.signoff import Result
from rushes.ports.records import Page
from rushes.ports.signoffs import ALL, AssetAt, Chain, Head, Known, Mirrored, MirroredRecord

Json = dict[str, Any]


class HttpSignOffs:
    """`ports.signoffs.SignOffs` on a server.

    A batch that is larger than one request may be is kept in several steps, each whole or not at
    all.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def record(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        """Add what was just written."""
        return self._add("qc/records", chains, actor)

    def restore(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        """Add what was just read, and note what is lost."""
        return self._add("qc/restore", chains, actor)

    def gone(self, assets: Sequence[AssetAt], *, actor: Actor) -> int:
        """Note that these assets have no sidecar any more."""
        return self._count("qc/gone", "lost", assets, actor)

    def forget(self, assets: Sequence[AssetAt], *, actor: Actor) -> int:
        """Drop the lost records of these assets."""
        return self._count("qc/forget", "forgotten", assets, actor)

    def mounts(self) -> Sequence[str]:
        """Where the storage roots lie on the server's operating system."""
        return mounts(self._transport)

    def known(self, assets: Sequence[AssetAt]) -> Sequence[Known]:
        """What is known of each asset."""
        return [
            known_of(row)
            for some in portions(map(asset_row, assets), _size)
            for row in self._transport.send("POST", "qc/known", {"assets": some})["data"]
        ]

    def heads(
        self, mount: str, *, below: PurePosixPath = ALL, page: str | None = None
    ) -> Page[Head]:
        """The head of every known asset."""
        params = [("root", escape(mount)), ("below", folder_text(below))]
        return page_in_root(self._transport, "qc/heads", params, page, read=head_of)

    def latest(
        self,
        mount: str,
        *,
        below: PurePosixPath = ALL,
        result: Result | None = None,
        page: str | None = None,
    ) -> Page[MirroredRecord]:
        """The records in force."""
        params = [("root", escape(mount)), ("below", folder_text(below))]
        if result is not None:
            params.append(("result", result.value))
        return page_in_root(self._transport, "qc/records", params, page, read=mirrored_of)

    def history(self, asset: AssetAt, *, page: str | None = None) -> Page[MirroredRecord]:
        """Every record of an asset."""
        params = list(asset_row(asset).items())
        return page_in_root(self._transport, "qc/history", params, page, read=mirrored_of)

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def _add(self, path: str, chains: Sequence[Chain], actor: Actor) -> Mirrored:
        done = Mirrored()
        for some in portions(map(_row, chains), _chain_size):
            told = self._transport.send("POST", path, {"chains": some}, headers=acting(actor))
            done = done.plus(Mirrored(told["new"], told["known"], told["lost"]))
        return done

    def _count(self, path: str, name: str, assets: Sequence[AssetAt], actor: Actor) -> int:
        done = 0
        for some in portions(map(asset_row, assets), _size):
            told = self._transport.send("POST", path, {"assets": some}, headers=acting(actor))
            done += int(told[name])
        return done


def _row(chain: Chain) -> Json:
    return {"asset": asset_row(chain.asset), "records": list(map(record_text, chain.records))}


def _size(asset: Json) -> int:
    return 50 + text_size(*asset.values())


def _chain_size(row: Json) -> int:
    # Of a text, quotation marks and backslashes count twice, and other characters up to four times.
    return _size(row["asset"]) + sum(4 * len(one) for one in row["records"])
