"""Sign-offs: who checked which bytes of an asset, when, under which policy, with which result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from rushes.model.finding import Finding


class Result(str, Enum):
    """What a quality check came to; `pending` waits for a person."""

    PASS = "pass"
    FAIL = "fail"
    PENDING = "pending"


class State(str, Enum):
    """What had become of the asset since the record before this one."""

    NEW = "new"
    MODIFIED = "modified"
    UNCHANGED = "unchanged"


WITH_PIXELS = "+pixels"


class PolicyStamp(NamedTuple):
    """The policy that an asset was checked under; `hash` changes with what it says, and ends with
    `+pixels` where rules about pixels and loudness were judged, too.
    """

    name: str
    version: str
    hash: str

    @property
    def covering(self) -> tuple[str, str]:
        """Hashes of policies under which nothing is left to be checked under this one."""
        return self.hash, f"{self.hash}{WITH_PIXELS}"

    def covers(self, other: PolicyStamp) -> bool:
        """Whether who was checked under this one needs not be checked under the other."""
        return self[:2] == other[:2] and self.hash in other.covering


class CheapPrint(NamedTuple):
    """What tells without reading that files may have changed; the time in whole seconds of UTC."""

    files: int
    bytes: int
    newest_mtime: int


class Changes(NamedTuple):
    """Frames by which a sequence differs from the record before, in the notation of frame sets.

    `changed` is None where the former frames' hashes are not known any more.
    """

    added: str
    removed: str
    changed: str | None


class Signature(NamedTuple):
    """A signature over a record: `value` in base64, `key` as `Signer.key` tells it."""

    algorithm: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class SequencePrint:
    """A file sequence as a record describes it; names are escaped.

    `base` and `ext` come without the separators around the number, `first` and `last` are file
    names. `holes` counts frames that are not there between the first and the last. `frames` is
    the whole set in frame notation; numbers of sequences with `subframe_digits` = n count 10**-n
    frames. `kind` is "frames" or "tiles".
    """

    base: str
    ext: str
    first: str
    last: str
    frame_count: int
    frame_min: int
    frame_max: int
    pad: int
    range_count: int
    holes: int
    frames: str
    kind: str
    subframe_digits: int
    cheap_fp: CheapPrint


@dataclass(frozen=True, slots=True)
class Record:
    """One sign-off of one asset: a single file, or all frames of a file sequence.

    `asset_path` is the absolute path that was asked for, escaped: of the file, or of the folder of
    a sequence. `asset_name` is the file's name or the sequence's pattern (`plate.%04d.exr`),
    escaped. `asset_id` is the tracker's. `content_hash` is `algorithm:hex`, of the file's bytes or
    of the sequence's manifest. `previous` is the hash of the record before this one, None for the
    first. `reason` says in words why the record was made.
    """

    qc_id: str
    qc_time: datetime
    operator: str
    tool_version: str
    policy_version: str
    policy: PolicyStamp | None
    asset_path: str
    asset_name: str
    asset_id: str | None
    content_hash: str
    content_state: State
    cheap_fp: CheapPrint
    sequence: SequencePrint | None
    qc_result: Result
    notes: str
    reason: str
    changes: Changes | None
    findings: tuple[Finding, ...]
    previous: str | None
    signature: Signature | None


@dataclass(frozen=True, slots=True)
class Legacy:
    """A sidecar of the earlier tool, kept word for word at the beginning of a history.

    `text` is the whole file, `name` its escaped name. `result`, `operator` and `time` are what
    could be read from it, empty where it does not say.
    """

    name: str
    text: str
    result: str
    operator: str
    time: str


Past = Record | Legacy


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What lies beside an asset: the record in force, and those before it, the oldest first."""

    record: Record
    history: tuple[Past, ...] = ()
