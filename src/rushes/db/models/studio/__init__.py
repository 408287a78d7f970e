"""The studio's records: projects and shots, tasks, what they come to, and every write of them."""

from rushes.db.models.studio.asset import Asset, Usage
from rushes.db.models.studio.event import Event, Webhook, WebhookProgress
from rushes.db.models.studio.people import ApiToken, Artist, Membership
from rushes.db.models.studio.project import Episode, Project, Sequence, Shot
from rushes.db.models.studio.review import Note, Playlist, PlaylistItem, PlaylistViewer, Tag
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
    "PlaylistViewer",
    "Project",
    "Publish",
    "Reservation",
    "Sequence",
    "Shot",
    "Stream",
    "Tag",
    "Task",
    "TaskType",
    "Usage",
    "Version",
    "Webhook",
    "WebhookProgress",
    "Workfile",
]
