-- Counts writes of records that do not tell when they were last written.
CREATE FUNCTION rushes_count_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    RETURN NEW;
END $$;

CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_membership FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_alone();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_usage FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_alone();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_tag FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_alone();
CREATE TRIGGER rushes_count BEFORE UPDATE ON rushes_tasktype FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION rushes_count_alone();
