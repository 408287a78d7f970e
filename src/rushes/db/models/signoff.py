"""The mirror of sidecars: every asset that has one, and every record that one has held."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Left

from rushes.db.models.sequence import text
from rushes.db.models.storage import StorageRoot


class SignedAsset(models.Model):
    """An asset with a sidecar; names are escaped. `key` is a digest of folder and name.

    `head` is the hash of the record that was last in force, `length` that of its chain, and `lost`
    counts the records that its sidecar does not hold any more. `gone` is when its sidecar was
    found not to be there.
    """

    root = models.ForeignKey(StorageRoot, on_delete=models.PROTECT, db_index=False)
    key = models.UUIDField()
    folder = text()
    name = text()
    head = models.BinaryField()
    length = models.IntegerField()
    lost = models.IntegerField()
    gone = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root", "key"], name="rushes_signedasset_key")
        ]
        indexes = [models.Index("root", Left("folder", 255), name="rushes_signedasset_folder")]

    def __str__(self) -> str:
        return f"{self.folder}/{self.name}"


class SignOff(models.Model):
    """One record. `data` are the canonical bytes that `hash` is of, and `document` the same to ask
    questions of; the other columns are what is asked for most, cut where they are long.

    `position` counts from 1, as the chain was that brought the record. `lost` is when it was found
    to be in no sidecar any more. A `legacy` record is a sidecar of the earlier tool.
    """

    asset = models.ForeignKey(SignedAsset, on_delete=models.CASCADE, db_index=False)
    hash = models.BinaryField()
    position = models.IntegerField()
    lost = models.DateTimeField(null=True)
    mirrored = models.DateTimeField()

    legacy = models.BooleanField()
    qc_id = text()
    time = models.DateTimeField(null=True)
    result = text()
    operator = text()
    policy = text()
    policy_version = text()
    policy_hash = text()
    content_hash = text()
    content_state = text()
    tracker_id = text()
    signature_algorithm = text()
    signature_key = text()

    data = models.BinaryField()
    document = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "hash"], name="rushes_signoff_hash")
        ]
        indexes = [
            models.Index(fields=["qc_id"], name="rushes_signoff_qc_id"),
            models.Index(fields=["time"], name="rushes_signoff_time"),
            models.Index(fields=["content_hash"], name="rushes_signoff_content"),
        ]

    def __str__(self) -> str:
        return f"{self.result} of {self.asset}"
