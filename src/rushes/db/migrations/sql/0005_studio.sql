-- What the database does by itself at every write of a studio's record: count it, and note it.
CREATE FUNCTION rushes_count_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    NEW.updated := clock_timestamp();
    RETURN NEW;
END $$;

CREATE FUNCTION rushes_note_write() RETURNS trigger LANGUAGE plpgsql AS $$
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
                (SELECT project_id FROM rushes_playlist
                  WHERE id = (whole ->> 'playlist_id')::bigint)
            WHEN 'shotassetusage' THEN
                (SELECT project_id FROM rushes_shot WHERE id = (whole ->> 'shot_id')::bigint)
            ELSE CASE WHEN owner = '' THEN NULL ELSE (whole ->> owner)::bigint END
        END,
        was,
        made
    );
    RETURN NULL;
END $$;

CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_project FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_episode FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_sequence FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_shot FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_asset FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_artist FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_task FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_workfile FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_publish FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_version FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_playlist FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_note FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_webhook FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_write();
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_project FOR EACH ROW EXECUTE FUNCTION rushes_note_write('project', 'id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_episode FOR EACH ROW EXECUTE FUNCTION rushes_note_write('episode', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_sequence FOR EACH ROW EXECUTE FUNCTION rushes_note_write('sequence', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_shot FOR EACH ROW EXECUTE FUNCTION rushes_note_write('shot', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_asset FOR EACH ROW EXECUTE FUNCTION rushes_note_write('asset', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_shotassetusage FOR EACH ROW EXECUTE FUNCTION rushes_note_write('shotassetusage', '');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_artist FOR EACH ROW EXECUTE FUNCTION rushes_note_write('artist', '');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_membership FOR EACH ROW EXECUTE FUNCTION rushes_note_write('membership', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_apitoken FOR EACH ROW EXECUTE FUNCTION rushes_note_write('apitoken', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_tasktype FOR EACH ROW EXECUTE FUNCTION rushes_note_write('tasktype', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_task FOR EACH ROW EXECUTE FUNCTION rushes_note_write('task', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_assignment FOR EACH ROW EXECUTE FUNCTION rushes_note_write('assignment', '');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_workfile FOR EACH ROW EXECUTE FUNCTION rushes_note_write('workfile', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_publish FOR EACH ROW EXECUTE FUNCTION rushes_note_write('publish', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_version FOR EACH ROW EXECUTE FUNCTION rushes_note_write('version', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_playlist FOR EACH ROW EXECUTE FUNCTION rushes_note_write('playlist', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_playlistitem FOR EACH ROW EXECUTE FUNCTION rushes_note_write('playlistitem', '');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_note FOR EACH ROW EXECUTE FUNCTION rushes_note_write('note', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_tag FOR EACH ROW EXECUTE FUNCTION rushes_note_write('tag', 'project_id');
CREATE TRIGGER rushes_note AFTER INSERT OR UPDATE OR DELETE ON rushes_webhook FOR EACH ROW EXECUTE FUNCTION rushes_note_write('webhook', 'project_id');

-- Whichever write changes it: of each stream, the highest that has not failed is the latest.
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
