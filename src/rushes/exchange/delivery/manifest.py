"""What a recipient is told of a delivery: JSON for programs, CSV for people, checksums for both.

Its files bear the names that `rushes ingest --manifest` reads, so that a studio that receives a
package can hold it against its own records. No path of the house is in any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rushes.core import clock
from rushes.exchange.delivery.item import Item, Part
from rushes.exchange.delivery.package import Digests, Package
from rushes.exchange.delivery.plan import File
from rushes.exchange.papers import LISTED
from rushes.frames.notation import format_frames
from rushes.publish.components import ALGORITHM
from rushes.report.table import mark, table

VERSION = 1
SCHEMA = "schema_version"


class Row(NamedTuple):
    """One file, as the table has it."""

    show: str
    episode: str
    scene: str
    shot: str
    asset: str
    version: int
    source_path: str
    delivery_path: str
    checksum: str
    frame: int | str
    size: int
    name: str
    status: str
    artist: str


def manifest_json(made: Package, digests: Digests) -> bytes:
    """The manifest as a document; as many bytes for any digests."""
    import orjson

    plan = made.plan
    document = {
        "schema": made.schema,
        SCHEMA: VERSION,
        "delivery": made.name,
        "key": made.key,
        "created": clock.iso(made.made),
        "show": plan.show.code,
        "title": str(plan.show.project.fields["name"]),
        "context": plan.order.context,
        "playlist": plan.order.selection.playlist,
        "sender": made.sender,
        "tool": made.tool,
        "sign_off": plan.order.sign_off.value,
        "versions": [_version(one) for one in plan.going],
        "files": [_file(one, digests) for one in made.files],
        "had_before": [
            {
                "delivery_path": one.path,
                "size": one.size,
                "checksum": f"{ALGORITHM}:{one.blake3}",
                "delivery": one.earlier.name,
            }
            for one in plan.had
            if one.earlier is not None
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def manifest_csv(made: Package, digests: Digests) -> bytes:
    """The files as a table; as many bytes for any digests."""
    return table(Row._fields, (_row(one, digests) for one in made.files))


def csv_mark() -> bytes:
    """What every such table begins with."""
    return mark(Row._fields)


def checksums(made: Package, digests: Digests) -> bytes:
    """A line for each file, as `xxhsum -c` and its like read them."""
    lines = (f"{digests[one.path][LISTED]}  {one.path}\n" for one in made.files)
    return "".join(lines).encode("utf-8")


def _row(one: File, digests: Digests) -> Row:
    item, subject = one.item, one.item.subject
    return Row(
        subject.show,
        subject.episode,
        subject.sequence,
        subject.shot,
        subject.task if subject.shot else subject.asset,
        item.number,
        "",
        one.path,
        f"{ALGORITHM}:{digests[one.path][ALGORITHM]}",
        one.frame if one.frame is not None else "",
        one.size,
        str(item.fields["name"]),
        str(item.fields["status"]),
        item.artist,
    )


def _file(one: File, digests: Digests) -> dict[str, Any]:
    row = _row(one, digests)
    found = digests[one.path]
    return {
        "delivery_path": row.delivery_path,
        "checksum": row.checksum,
        LISTED: found[LISTED],
        "size": row.size,
        "frame": one.frame,
        "show": row.show,
        "episode": row.episode,
        "scene": row.scene,
        "shot": row.shot,
        "asset": row.asset,
        "version": row.version,
    }


def _version(item: Item) -> dict[str, Any]:
    subject = item.subject
    return {
        "name": str(item.fields["name"]),
        "episode": subject.episode,
        "sequence": subject.sequence,
        "shot": subject.shot,
        "asset": subject.asset,
        "task": subject.task,
        "version": item.number,
        "status": str(item.fields["status"]),
        "artist": item.artist,
        "files": item.files,
        "size": item.size,
        "parts": [_part(one) for one in item.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    digits = part.sequence.subframe_digits
    frames = format_frames(part.sequence.frames, subframe_digits=digits)
    return {
        "name": part.name,
        "frames": frames if part.is_sequence else None,
        "content_hash": part.content_hash(),
        "sign_off": dict(_sign_off(part)) or None,
    }


def _sign_off(part: Part) -> Iterator[tuple[str, str]]:
    """Who vouches for it. The key tells whoever trusts it that nobody made that up."""
    vouched = part.vouched
    if vouched is None:
        return
    yield "operator", vouched.record.operator
    yield "time", clock.iso(vouched.record.qc_time)
    yield "content_hash", vouched.record.content_hash
    yield "record", vouched.record_hash
    yield "standing", vouched.standing.value if vouched.standing is not None else "unsigned"
    yield "key", vouched.key
