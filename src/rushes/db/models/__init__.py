"""The tables of Rushes, as Django models."""

from rushes.db.models.folder import FolderUsePast, FolderUseRow, StagedFolder
from rushes.db.models.image import (
    ImageBase,
    ImageFile,
    ImageHeader,
    ImageSequence,
    ImageWord,
)
from rushes.db.models.outbox import OutboxPost
from rushes.db.models.scan import Scan, Staging
from rushes.db.models.sequence import SequencePast, SequenceRow, StagedSequence
from rushes.db.models.signoff import SignedAsset, SignOff
from rushes.db.models.storage import StorageRoot

__all__ = [
    "FolderUsePast",
    "FolderUseRow",
    "ImageBase",
    "ImageFile",
    "ImageHeader",
    "ImageSequence",
    "ImageWord",
    "OutboxPost",
    "Scan",
    "SequencePast",
    "SequenceRow",
    "SignOff",
    "SignedAsset",
    "StagedFolder",
    "StagedSequence",
    "Staging",
    "StorageRoot",
]
