-- Writes of usages and of whom a playlist is shown to are noted, too.
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
            WHEN 'assignment' THEN
                (SELECT project_id FROM rushes_task WHERE id = (whole ->> 'task_id')::bigint)
            WHEN 'playlistitem' THEN
                (SELECT project_id FROM rushes_playlist WHERE id = (whole ->> 'playlist_id')::bigint)
            WHEN 'playlistviewer' THEN
                (SELECT project_id FROM rushes_playlist WHERE id = (whole ->> 'playlist_id')::bigint)
            ELSE CASE WHEN owner = '' THEN NULL ELSE (whole ->> owner)::bigint END
        END,
        was,
        made
    );
    RETURN NULL;
END $$;

CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_usage FOR EACH ROW EXECUTE FUNCTION rushes_note_write('usage', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_playlistviewer FOR EACH ROW EXECUTE FUNCTION rushes_note_write('playlistviewer', '');
