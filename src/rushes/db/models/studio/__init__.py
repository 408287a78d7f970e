"""The studio's records: projects and shots, tasks, what they come to, and every write of them."""

from rushes.db.models.studio.asset import Asset, ShotAssetUsage
from rushes.db.models.studio.event import Event, Webhook
from rushes.db.models.studio.people import ApiToken, Artist, Membership
from rushes.db.models.studio.project import Episode, Project, Sequence, Shot
from rushes.db.models.studio.review import Note, Playlist, PlaylistItem, Tag
from rushes.db.models.studio.task import Assignment, Task, TaskType
from rushes.db.models.studio.work import Publish, Reservation, Stream, Version, Workfile

__all__ = [
    "ApiToken",
    "Artist",
    "Asset",
    "Assignment",
    "Episode",
    "Event",
    "Membership",
    "Note",
    "Playlist",
    "PlaylistItem",
    "Project",
    "Publish",
    "Reservation",
    "Sequence",
    "Shot",
    "ShotAssetUsage",
    "Stream",
    "Tag",
    "Task",
    "TaskType",
    "Version",
    "Webhook",
    "Workfile",
]
