-- The views that make plain SQL over records of quality checks possible.
CREATE SCHEMA IF NOT EXISTS qc;

CREATE VIEW qc.records AS
SELECT rtrim(coalesce(nullif(r.linux, ''), nullif(r.macos, ''), r.windows), '/') || '/' || CASE a.folder WHEN '.' THEN '' ELSE a.folder || '/' END || a.name
        AS asset_path,
    r.name AS root, a.folder, a.name, s.position, a.length AS chain_length,
    a.gone IS NULL AND s.hash = a.head AS in_force,
    s.result, s.operator, s.time, s.policy, s.policy_version, s.policy_hash,
    s.document #>> '{notes}' AS notes, s.document #>> '{reason}' AS reason,
    s.content_hash, s.content_state,
    s.document #>> '{sequence,frames}' AS frames,
    (s.document #>> '{cheap_fp,files}')::numeric AS files,
    (s.document #>> '{cheap_fp,bytes}')::numeric AS bytes,
    coalesce(jsonb_array_length(s.document -> 'findings'), 0) AS findings,
    nullif(s.tracker_id, '') AS tracker_id,
    nullif(s.signature_key, '') AS signature_key,
    nullif(s.signature_algorithm, '') AS signature_algorithm,
    s.qc_id, 'sha256:' || encode(s.hash, 'hex') AS record_hash,
    s.document #>> '{previous}' AS previous,
    s.legacy, s.lost, s.mirrored, a.id AS asset_number, s.document
FROM rushes_signoff s
JOIN rushes_signedasset a ON a.id = s.asset_id
JOIN rushes_storageroot r ON r.id = a.root_id;

CREATE VIEW qc.current AS SELECT * FROM qc.records WHERE in_force;
