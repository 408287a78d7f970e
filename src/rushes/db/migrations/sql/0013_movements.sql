-- What was sent under which path, by the bytes of paths: they are longer than what an index holds.
CREATE INDEX rushes_movementfile_sent ON rushes_movementfile (project_id, context, substring(path, 1, 255)) WHERE latest;

-- A movement's beginning, its end and its cancelling are noted; its signs of life are not.
CREATE FUNCTION rushes_note_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    untold CONSTANT text[] := ARRAY['done', 'total', 'note', 'seen', 'report', 'outcome'];
    was jsonb;
    made jsonb;
    whole jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - untold; END IF;
    IF TG_OP <> 'DELETE' THEN made := to_jsonb(NEW) - untold; END IF;
    whole := coalesce(made, was);
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, was -> key), jsonb_object_agg(key, value)
          INTO was, made
          FROM jsonb_each(made)
         WHERE value IS DISTINCT FROM was -> key;
        IF made IS NULL THEN RETURN NULL; END IF;
    END IF;
    INSERT INTO rushes_event
        (actor, on_behalf_of, tool, action, kind, target, project, before, after)
    VALUES (
        coalesce(nullif(current_setting('rushes.actor', true), ''), session_user),
        coalesce(current_setting('rushes.on_behalf_of', true), ''),
        coalesce(current_setting('rushes.tool', true), ''),
        CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'update' ELSE 'delete' END,
        'movement',
        (whole ->> 'id')::bigint,
        (whole ->> 'project_id')::bigint,
        was,
        made
    );
    RETURN NULL;
END $$;

CREATE TRIGGER rushes_note AFTER INSERT OR DELETE ON rushes_movement FOR EACH ROW EXECUTE FUNCTION rushes_note_movement();
CREATE TRIGGER rushes_note_change AFTER UPDATE OF state, wanted, outcome ON rushes_movement FOR EACH ROW EXECUTE FUNCTION rushes_note_movement();
