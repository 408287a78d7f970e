"""What the database does by itself at every write of a studio's record: count it, and note it."""

from __future__ import annotations

from collections.abc import Mapping

# Records by kind, and the column that names their project.
_KINDS = {
    "project": "id",
    "episode": "project_id",
    "sequence": "project_id",
    "shot": "project_id",
    "asset": "project_id",
    "shotassetusage": "",
    "artist": "",
    "membership": "project_id",
    "apitoken": "project_id",
    "tasktype": "project_id",
    "task": "project_id",
    "assignment": "",
    "workfile": "project_id",
    "publish": "project_id",
    "version": "project_id",
    "playlist": "project_id",
    "playlistitem": "",
    "note": "project_id",
    "tag": "project_id",
    "webhook": "project_id",
}
# Those with a revision, which says how often a record was written.
_COUNTED = (
    *("project", "episode", "sequence", "shot", "asset", "artist", "task", "workfile"),
    *("publish", "version", "playlist", "note", "webhook"),
)

# Rows without a project of their own: the table of what they are part of, and their column for it.
_PARTS = {
    "assignment": ("rushes_task", "task_id"),
    "playlistitem": ("rushes_playlist", "playlist_id"),
    "shotassetusage": ("rushes_shot", "shot_id"),
}

_COUNT = """
CREATE FUNCTION rushes_count_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    NEW.updated := clock_timestamp();
    RETURN NEW;
END $$;
"""

_NOTE = """
CREATE OR REPLACE FUNCTION rushes_note_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden CONSTANT text[] := ARRAY['password', 'digest', 'secret'];
    untold CONSTANT text[] := ARRAY['revision', 'updated', 'last_login', 'last_used'];
    was jsonb;
    made jsonb;
    whole jsonb;
    owner text := TG_ARGV[1];
BEGIN
    IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - hidden; END IF;
    IF TG_OP <> 'DELETE' THEN made := to_jsonb(NEW) - hidden; END IF;
    whole := coalesce(made, was);
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, was -> key), jsonb_object_agg(key, value)
          INTO was, made
          FROM jsonb_each(made)
         WHERE value IS DISTINCT FROM was -> key AND key <> ALL (untold);
        IF made IS NULL THEN RETURN NULL; END IF;
    END IF;
    INSERT INTO rushes_event
        (actor, on_behalf_of, tool, action, kind, target, project, before, after)
    VALUES (
        coalesce(nullif(current_setting('rushes.actor', true), ''), session_user),
        coalesce(current_setting('rushes.on_behalf_of', true), ''),
        coalesce(current_setting('rushes.tool', true), ''),
        CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'update' ELSE 'delete' END,
        TG_ARGV[0],
        (whole ->> 'id')::bigint,
        CASE TG_ARGV[0]
%s
            ELSE CASE WHEN owner = '' THEN NULL ELSE (whole ->> owner)::bigint END
        END,
        was,
        made
    );
    RETURN NULL;
END $$;
"""

# Whichever write changes it: of each stream, the highest that has not failed is the latest.
_LATEST = """
CREATE FUNCTION rushes_settle_latest() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    top bigint;
BEGIN
    PERFORM FROM rushes_stream WHERE id = NEW.stream_id FOR UPDATE;
    SELECT id INTO top FROM rushes_publish
     WHERE stream_id = NEW.stream_id AND status <> 'failed'
     ORDER BY version DESC, iteration DESC LIMIT 1;
    UPDATE rushes_publish SET is_latest = false
     WHERE stream_id = NEW.stream_id AND is_latest AND id IS DISTINCT FROM top;
    UPDATE rushes_publish SET is_latest = true WHERE id = top AND NOT is_latest;
    RETURN NULL;
END $$;
CREATE TRIGGER rushes_settle AFTER INSERT OR UPDATE OF status, version, iteration
    ON rushes_publish FOR EACH ROW EXECUTE FUNCTION rushes_settle_latest();
"""


def noting(parts: Mapping[str, tuple[str, str]]) -> str:
    """The function that notes writes, for `parts` of records that know no project themselves."""
    cases = [
        f"            WHEN '{part}' THEN\n"
        f"                (SELECT project_id FROM {whole} WHERE id = (whole ->> '{by}')::bigint)"
        for part, (whole, by) in parts.items()
    ]
    return _NOTE % "\n".join(cases)


def noted(kind: str, owner: str) -> str:
    """The trigger that has the writes of a table noted; `owner` is its column for the project."""
    return (
        f"CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_{kind}"
        f" FOR EACH ROW EXECUTE FUNCTION rushes_note_write('{kind}', '{owner}');"
    )


def _triggers() -> str:
    counted = [
        f"CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_{kind} FOR EACH ROW"
        " WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();"
        for kind in _COUNTED
    ]
    return "\n".join([*counted, *(noted(kind, owner) for kind, owner in _KINDS.items())])


# The kinds of work that most studios know, and how they call them.
TASK_TYPES = """
INSERT INTO rushes_tasktype (code, name, position) VALUES
    ('mod', 'Modelling', 10), ('rig', 'Rigging', 20), ('ldev', 'Look development', 30),
    ('layout', 'Layout', 40), ('matte', 'Matte painting', 50), ('anim', 'Animation', 60),
    ('cfx', 'Character effects', 70), ('fx', 'Effects', 80), ('env', 'Environment', 90),
    ('lgt', 'Lighting', 100), ('comp', 'Compositing', 110);
"""

FORWARD = f"{_COUNT}\n{noting(_PARTS)}\n{TASK_TYPES}\n{_triggers()}\n{_LATEST}"
