"""What came in and what went out: ingests and deliveries, and the files of the latter."""

from __future__ import annotations

from django.db import models

from rushes.db.models.studio.project import Project


class Movement(models.Model):
    """One ingest or delivery; see `model.movement`. `outcome` is a digest of what came of it.

    Its beginning and its end are noted as events, its signs of life (`done` to `seen`) are not.
    """

    kind = models.CharField(max_length=10)  # ingest, delivery
    key = models.UUIDField(unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="movements", db_index=False)
    name = models.CharField(max_length=255)
    context = models.CharField(max_length=255, default="", db_default="")
    order = models.JSONField(default=dict, db_default={})
    state = models.CharField(max_length=10)

    done = models.BigIntegerField(default=0, db_default=0)
    total = models.BigIntegerField(null=True)
    note = models.TextField(default="", db_default="")
    seen = models.DateTimeField(null=True)

    counts = models.JSONField(default=dict, db_default={})
    told = models.TextField(default="", db_default="")
    report = models.JSONField(default=dict, db_default={})
    outcome = models.BinaryField(null=True)

    artist = models.CharField(max_length=255)
    machine = models.TextField(default="", db_default="")
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    wanted = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="rushes_movement_name")
        ]
        indexes = [
            models.Index(fields=["kind", "id"], name="rushes_movement_kind"),
            models.Index(fields=["project", "context", "id"], name="rushes_movement_context"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} ({self.state})"


class MovementFile(models.Model):
    """One file of a delivery, the `position`th by the bytes of its path; `key` is a digest of that.

    `digests` are all but that of BLAKE3. `project` and `context` are those of the delivery. Of what
    whoever the context is was sent under a path, the last is the `latest`: by an index of its own
    that is found without going through all that was ever sent.
    """

    movement = models.ForeignKey(Movement, models.CASCADE, related_name="files", db_index=False)
    position = models.IntegerField()
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    context = models.CharField(max_length=255, default="", db_default="")
    key = models.UUIDField()
    path = models.BinaryField()
    size = models.BigIntegerField()
    blake3 = models.BinaryField()
    digests = models.JSONField(default=dict, db_default={})
    source = models.TextField(default="", db_default="")
    publish = models.BigIntegerField(null=True)
    version = models.BigIntegerField(null=True)
    frame = models.BigIntegerField(null=True)
    earlier = models.BigIntegerField(null=True)
    latest = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "position"], name="rushes_movementfile_position"
            ),
            models.UniqueConstraint(
                fields=["project", "context", "key"],
                condition=models.Q(latest=True),
                name="rushes_movementfile_latest",
            ),
        ]
        indexes = [models.Index(fields=["blake3", "id"], name="rushes_movementfile_blake3")]

    def __str__(self) -> str:
        return bytes(self.path).decode("utf-8", "replace")


class MovementPart(models.Model):
    """Some of the files of a delivery that come over the network in parts, until all are there."""

    movement = models.ForeignKey(Movement, models.CASCADE, related_name="parts", db_index=False)
    part = models.IntegerField()
    rows = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["movement", "part"], name="rushes_movementpart_part")
        ]

    def __str__(self) -> str:
        return f"part {self.part} of {self.movement_id}"
