"""Images' headers: each structure once, and for every file what differs from it.

Where vectors can be had, `rushes_imagevector` holds one for each structure; see `db.vectors`.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from rushes.db.models.sequence import text
from rushes.db.models.storage import StorageRoot


def _texts() -> ArrayField[list[str], list[str]]:
    return ArrayField(models.TextField())


class ImageBase(models.Model):
    """What questions about a structure are answered from; the rest is in its `ImageHeader`.

    `kin` is what the headers told by one base have in common.
    """

    id = models.AutoField(primary_key=True)
    kin = models.UUIDField(unique=True)
    flags = models.IntegerField()
    parts = models.IntegerField()
    display_width = models.BigIntegerField(null=True)
    display_height = models.BigIntegerField(null=True)
    pixel_aspect = models.FloatField(null=True)
    channel_count = models.IntegerField()
    compressions = _texts()
    kinds = _texts()
    pixels = _texts()
    layers = _texts()
    channels = _texts()
    views = _texts()
    software = models.TextField()
    colour_space = models.TextField()
    deep = models.BooleanField()
    tiled = models.BooleanField()
    multipart = models.BooleanField()

    class Meta:
        indexes = [
            GinIndex(fields=["layers"], name="rushes_imagebase_layers", fastupdate=False),
            GinIndex(fields=["channels"], name="rushes_imagebase_channels", fastupdate=False),
            GinIndex(fields=["compressions"], name="rushes_imagebase_compr", fastupdate=False),
            models.Index(fields=["display_width"], name="rushes_imagebase_width"),
            models.Index(fields=["channel_count"], name="rushes_imagebase_count"),
        ]

    def __str__(self) -> str:
        return f"structure {self.kin}"


class ImageHeader(models.Model):
    """One header, whole (`data`), which the others of its base are told by.

    `listed` holds the attributes of all parts in order as [part, name, type, value], `names` their
    names. `attributes` are the values by name of those that are the same in every header told by
    this one; those that are not are `varying`, and `changing` has their [place, type, value] by
    name. `details` holds the parts and channels as JSON documents have them.
    """

    base = models.OneToOneField(ImageBase, primary_key=True, on_delete=models.CASCADE)
    data = models.BinaryField()
    attributes = models.JSONField()
    names = _texts()
    varying = _texts()
    changing = models.JSONField()
    listed = models.JSONField()
    details = models.JSONField()

    class Meta:
        indexes = [
            GinIndex(fields=["names"], name="rushes_imageheader_names", fastupdate=False),
            GinIndex(fields=["varying"], name="rushes_imageheader_varying", fastupdate=False),
            GinIndex(
                fields=["attributes"],
                name="rushes_imageheader_attrs",
                opclasses=["jsonb_path_ops"],
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return f"header of {self.base}"


class ImageWord(models.Model):
    """A word that some structure has as the name of a layer, a channel, …; patterns look here."""

    kind = models.CharField(max_length=16)
    word = text()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "word"], name="rushes_imageword_word")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.word}"


class ImageSequence(models.Model):
    """A file sequence, or a single file, whose images are recorded; names are escaped."""

    id = models.AutoField(primary_key=True)
    root = models.ForeignKey(StorageRoot, on_delete=models.PROTECT, db_index=False)
    key = models.UUIDField()
    folder = text()
    head = text()
    tail = text()
    padding = models.IntegerField()
    kind = text()
    subframe_digits = models.IntegerField()
    show = text()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "key"], name="rushes_imageseq_key")]
        indexes = [models.Index(fields=["show"], name="rushes_imageseq_show")]

    def __str__(self) -> str:
        return f"{self.folder}/{self.head}…{self.tail}"


class ImageFile(models.Model):
    """One file: its header is that of `base` with the bytes that `delta` changes.

    No base where the file has no header that can be read; `problem` says why. `width` and
    `height` are the first part's data window, none where no picture is that large. There are
    millions of rows: the columns stand as they need the least room.
    """

    pk = models.CompositePrimaryKey("sequence_id", "frame")
    sequence = models.ForeignKey(ImageSequence, on_delete=models.CASCADE, db_index=False)
    base = models.ForeignKey(ImageBase, null=True, on_delete=models.PROTECT)
    frame = models.BigIntegerField()
    size = models.BigIntegerField()
    mtime_ns = models.BigIntegerField()
    inspected = models.DateTimeField()
    last_inspected = models.DateTimeField()
    inspection_count = models.IntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    header_hash = models.UUIDField(null=True)
    delta = models.BinaryField()
    problem = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["width"], name="rushes_imagefile_width")]

    def __str__(self) -> str:
        return f"frame {self.frame} of {self.sequence}"
