"""What may be sent of ingests and deliveries, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounds

from rushes.web.api.shapes import Id, Strict
from rushes.web.api.storage_shapes import Count, Name, Text, Whole


def _uuid(text: str) -> str:
    return str(UUID(text))


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("it is blank")
    return text


_UUID = Bounds(max_length=36, json_schema_extra={"format": "uuid"})
_MOST = 50_000
Short = Annotated[str, Bounds(max_length=255)]
Digest = Annotated[str, Bounds(max_length=255)]
Path = Annotated[str, Bounds(min_length=1, max_length=20_000)]
Key = Annotated[str, _UUID, AfterValidator(_uuid)]
Filled = Annotated[str, Bounds(min_length=1, max_length=255), AfterValidator(_filled)]
Names = Annotated[list[Filled], Bounds(min_length=1, max_length=10_000)]
Seconds = Annotated[float, Bounds(ge=0, le=86_400.0, allow_inf_nan=False)]
AtOnce = Annotated[int, Bounds(ge=1, le=64)]
State = Literal["done", "partial", "refused", "failed", "cancelled"]


class Ingest(Strict):
    """A drop that the server is to take in. Paths are escaped, and the server's own; `drop` and
    `to` may be `s3://bucket/folder`.
    """

    project: Id
    drop: Path
    key: Key | None = None
    name: Short = ""
    source: Literal["vendor", "client"] = "vendor"
    vendor: Short = ""
    to: Path | None = None
    manifests: Annotated[list[Path], Bounds(max_length=20)] = []
    like: Short | None = None
    policies: Annotated[list[Short], Bounds(max_length=20)] = []
    pixels: bool = False
    frozen: bool = False
    settle: Seconds = 5.0
    wait: Seconds = 60.0
    max_workers: AtOnce | None = None


class Selection(Strict):
    """Which Versions: those of a playlist, or of a project as far as these name it.

    What is left away means all of the project; so nothing that is sent may be empty.
    """

    playlist: Filled | None = None
    episodes: Names | None = None
    sequences: Names | None = None
    shots: Names | None = None
    statuses: Names | None = None
    every: bool = False


class Delivery(Strict):
    """A delivery that the server is to make at `output`, a folder of its own or of a bucket.

    Without a `shape` it is a folder below a folder, and an archive elsewhere.
    """

    project: Id
    context: Literal["vendor_out", "client_out"]
    output: Path
    key: Key | None = None
    name: Short = ""
    selection: Selection = Selection()
    shape: Literal["zip", "folder"] | None = None
    sign_off: Literal["required", "any", "none"] = "required"
    allow_partial: bool = False
    full: bool = False


class Begun(Strict):
    """A movement that a program begins, by a key of its own."""

    kind: Literal["ingest", "delivery"]
    key: Key
    project: Id
    name: Annotated[str, Bounds(min_length=1, max_length=255)]
    context: Short = ""
    order: dict[str, Any] = {}
    state: Literal["queued", "running"] = "running"
    machine: Short = ""


class Beat(Strict):
    """How far it is."""

    done: Count = 0
    total: Count | None = None
    note: Annotated[str, Bounds(max_length=500)] = ""
    machine: Short = ""


class File(Strict):
    """A file of a delivery, as it left; `digests` hold `blake3`."""

    path: Path
    size: Count
    digests: Annotated[dict[Short, Digest], Bounds(max_length=20)]
    source: Annotated[str, Bounds(max_length=20_000)] = ""
    publish: Id | None = None
    version: Id | None = None
    frame: Whole | None = None
    earlier: Id | None = None


class Part(Strict):
    """Some of its files, where they are too many for one request."""

    part: Annotated[int, Bounds(ge=0, lt=10_000)]
    files: Annotated[list[File], Bounds(max_length=_MOST)]


class End(Strict):
    """What came of it: with all of its `files`, or as many `parts` of them as were sent before."""

    state: State
    counts: dict[Name, Count] = {}
    told: Text = ""
    report: dict[str, Any] = {}
    files: Annotated[list[File], Bounds(max_length=_MOST)] = []
    parts: Annotated[int, Bounds(ge=0, le=10_000)] = 0


class Sent(Strict):
    """Files that whoever `context` is has; of these `paths`, or all."""

    project: Id
    context: Short
    paths: Annotated[list[Path], Bounds(max_length=_MOST)] = []
    cursor: Annotated[str, Bounds(max_length=20_000)] | None = None


class WithDigest(Strict):
    """Files whose BLAKE3 is one of these."""

    digests: Annotated[list[Digest], Bounds(max_length=_MOST)]
    cursor: Annotated[str, Bounds(max_length=20_000)] | None = None
