"""What people say of the work, and lists of it to look at together."""

from __future__ import annotations

from django.db import models

from rushes.db.models.studio.entity import Entity
from rushes.db.models.studio.people import Artist
from rushes.db.models.studio.project import Project
from rushes.db.models.studio.work import Version


class Playlist(Entity):
    """Versions in an order, to be looked at together."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="playlists")
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name


class PlaylistItem(models.Model):
    """A version's place in a playlist."""

    playlist = models.ForeignKey(Playlist, models.CASCADE, related_name="items")
    version = models.ForeignKey(Version, models.PROTECT)
    position = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["playlist", "position"],
                name="rushes_playlistitem_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.playlist_id}"


class PlaylistViewer(models.Model):
    """That a playlist is shared with a vendor or a client."""

    playlist = models.ForeignKey(Playlist, models.CASCADE, related_name="viewers")
    artist = models.ForeignKey(Artist, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["playlist", "artist"], name="rushes_playlistviewer_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.artist} of {self.playlist_id}"


class Note(Entity):
    """What somebody said of a record of any kind: `kind` and `target` name it.

    `attachments` are paths, `annotations` drawings on frames.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=40)
    target = models.BigIntegerField()
    artist = models.ForeignKey(Artist, models.PROTECT, null=True, blank=True)
    text = models.TextField()
    attachments = models.JSONField(default=list, db_default=[], blank=True)
    annotations = models.JSONField(default=list, db_default=[], blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "target", "id"], name="rushes_note_target")]

    def __str__(self) -> str:
        return self.text[:60]


class Tag(models.Model):
    """A word that shots and assets are marked with, by their `tags`: its colour, what it means."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="words")
    name = models.CharField(max_length=120)
    colour = models.CharField(max_length=20, default="", db_default="", blank=True)
    description = models.TextField(blank=True, default="", db_default="")
    revision = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="rushes_tag_name")]

    def __str__(self) -> str:
        return self.name
