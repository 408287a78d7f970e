"""Shared playlists, words and usages of projects, as 0010 made them."""

from __future__ import annotations

from typing import Any

import psycopg

RENAMED = {"rushes_shotassetusage": "rushes_usage"}
# Words of the studio became words of each project: `state_0005` looks at them.
REWRITTEN = {"rushes_tag"}


def fill(make: Any) -> None:
    """A playlist that somebody may see, a usage and a word."""
    project = make.found("Project")
    make("PlaylistViewer", playlist=make.found("Playlist"), artist=make.found("Artist"))
    fox = make("Asset", project=project, code="fox")
    make("Usage", project=project, shot=make.found("Shot"), asset=fox, count=2)
    make("Tag", project=project, name="hero", description="Seen close.")


def check(url: str) -> None:
    """Usages know their project, and their writes are noted under it."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT u.project_id = s.project_id, count FROM rushes_usage u"
            " JOIN rushes_shot s ON s.id = u.shot_id ORDER BY 2"
        ).fetchall()
        assert rows == [(True, 2), (True, 3)]
        connection.execute("UPDATE rushes_usage SET count = count + 1")
        noted = connection.execute(
            "SELECT DISTINCT project IS NOT NULL FROM rushes_event"
            " WHERE kind = 'usage' AND action = 'update'"
        ).fetchall()
        assert noted == [(True,)]
        connection.rollback()
