"""What the database does by itself for usages of assets, words and shared playlists."""

from __future__ import annotations

from rushes.db.studio_sql import noted, noting

_PARTS = {
    "assignment": ("rushes_task", "task_id"),
    "playlistitem": ("rushes_playlist", "playlist_id"),
    "playlistviewer": ("rushes_playlist", "playlist_id"),
}

# Usages know their project themselves now; that is filled in, and not a write of anybody.
USAGES = """
DROP TRIGGER rushes_note ON rushes_usage;
UPDATE rushes_usage u SET project_id = s.project_id FROM rushes_shot s WHERE s.id = u.shot_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""

# Words of the studio become words of each project that has no such word itself.
TAGS = """
INSERT INTO rushes_tag (project_id, name, colour)
SELECT p.id, t.name, t.colour
  FROM rushes_tag t CROSS JOIN rushes_project p
 WHERE t.project_id IS NULL
    ON CONFLICT DO NOTHING;
DELETE FROM rushes_tag WHERE project_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""

NOTED = f"{noting(_PARTS)}\n{noted('usage', 'project_id')}\n{noted('playlistviewer', '')}"
