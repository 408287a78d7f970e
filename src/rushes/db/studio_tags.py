"""Words that are renamed: they are so on all that is marked with them, in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rushes.db.driving import Driver
from rushes.db.studio_columns import table
from rushes.db.studio_link import rows
from rushes.model.kinds import Kind
from rushes.tracking.drafts import Planned

_HELD = "SELECT id, project_id, name FROM rushes_tag WHERE id = ANY(%s)"
# All words of a record at once, so that two may change places; each stays where it stood first.
_RENAME = """
    UPDATE {table} SET tags = (
        SELECT jsonb_agg(u.word ORDER BY u.place)
          FROM (SELECT coalesce(%(new)s::jsonb ->> t.word, t.word) AS word, min(t.place) AS place
                  FROM jsonb_array_elements_text(tags) WITH ORDINALITY AS t (word, place)
                 GROUP BY 1) u)
     WHERE project_id = %(project)s AND tags ?| %(old)s::text[]
"""


@contextmanager
def renaming(driver: Driver, kind: Kind, plans: Sequence[Planned]) -> Iterator[None]:
    """Rename what is marked with the words that the block renames; nothing for other kinds."""
    wanted = [one.id for one in plans if "name" in one.values] if kind.name == "tag" else []
    held = {one: rest for one, *rest in rows(driver, _HELD, [wanted])} if wanted else {}
    yield
    names: dict[int, dict[str, str]] = {}
    for plan in plans:
        if plan.id in held and plan.values["name"] != held[plan.id][1]:
            project, old = held[plan.id]
            names.setdefault(project, {})[old] = plan.values["name"]
    for project, new in names.items():
        for marked in ("asset", "shot"):
            driver.execute(
                _RENAME.format(table=table(marked)).encode(),
                {"new": json.dumps(new), "project": project, "old": list(new)},
            )
