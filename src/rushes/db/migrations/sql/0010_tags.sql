-- Words of the studio become words of each project that has no such word itself.
INSERT INTO rushes_tag (project_id, name, colour)
SELECT p.id, t.name, t.colour
  FROM rushes_tag t CROSS JOIN rushes_project p
 WHERE t.project_id IS NULL
    ON CONFLICT DO NOTHING;
DELETE FROM rushes_tag WHERE project_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
