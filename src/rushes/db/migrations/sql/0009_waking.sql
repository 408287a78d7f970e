-- A commit that tells something waits for every other that does: so a write tells only a sealer
-- that sleeps, which it sees by the lock (`DatabaseLock.EVENTS_ASLEEP`) that the sleeper holds.
CREATE FUNCTION rushes_wake_sealer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_try_advisory_lock_shared(5932739652833247241) THEN
        PERFORM pg_advisory_unlock_shared(5932739652833247241);
    ELSE
        PERFORM pg_notify('rushes_written', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rushes_wake AFTER INSERT ON rushes_event
    FOR EACH STATEMENT EXECUTE FUNCTION rushes_wake_sealer();
