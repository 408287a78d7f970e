-- Usages know their project themselves now; that is filled in, and not a write of anybody.
DROP TRIGGER rushes_note ON rushes_usage;
UPDATE rushes_usage u SET project_id = s.project_id FROM rushes_shot s WHERE s.id = u.shot_id;
SET CONSTRAINTS ALL IMMEDIATE;
