"""What a crawl or a sign-off is to record: by whom, under which policy, with which result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rushes import __version__
from rushes.core.escape import escape
from rushes.model.signoff import PolicyStamp, Result
from rushes.qc.places import Mode
from rushes.qc.signing import Signer
from rushes.scan.roots import Root

TOOL = f"rushes/{__version__}"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a run.

    `result` None leaves each asset's as it is, and `pending` where there was none. A
    `policy_version` or `policy` of None leaves what the record says; a text that differs asks for
    passes anew. `deep` reads every byte again. `signer` None leaves records unsigned. With
    `sidecar_root`, records lie there instead of beside the media, each folder below its whole path.
    Where results are `tracked`, records that no tracker was told of are looked at, too.
    """

    operator: str
    result: Result | None = None
    note: str | None = None
    mode: Mode = Mode.SUBDIR
    policy_version: str | None = None
    policy: PolicyStamp | None = None
    algorithm: str = "blake3"
    deep: bool = False
    signer: Signer | None = None
    sidecar_root: Path | None = None
    xattr: bool = False
    tracked: bool = False


def records_folder(root: Root, folder: PurePosixPath, order: Order) -> Path:
    """Where the records of the assets in `folder`, which is relative to the root, lie."""
    return records_place(root, folder, order.sidecar_root)


def records_place(root: Root, folder: PurePosixPath, sidecar_root: Path | None) -> Path:
    """The same, where there is no order. No two folders of a machine share a place."""
    media = PurePosixPath(root.mount) / folder
    if sidecar_root is None:
        return Path(media)
    return sidecar_root / media.relative_to(media.anchor)


def absolute(root: Root, folder: PurePosixPath, name: str = "") -> str:
    """What records call a folder or a file: its escaped absolute path."""
    path = PurePosixPath(root.mount) / folder
    return escape(str(path / name if name else path))
