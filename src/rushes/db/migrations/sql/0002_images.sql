-- Functions and views that make plain SQL over image headers possible.
-- The entries of a difference between headers; see `inspection.header.delta`.
CREATE FUNCTION rushes_delta(delta bytea) RETURNS TABLE (place integer, raw bytea)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    at integer := 0;
    total integer := length(delta);
    number integer;
    shift integer;
    digit integer;
    told bytea[] := '{}';
    turn integer := 1;  -- 1: how many are skipped, 2: length plus one, 3: entries back
BEGIN
    place := -1;
    WHILE at < total LOOP
        number := 0;
        shift := 0;
        LOOP
            digit := get_byte(delta, at);
            at := at + 1;
            number := number | ((digit & 127) << shift);
            EXIT WHEN digit < 128;
            shift := shift + 7;
        END LOOP;
        IF turn = 1 THEN
            place := place + 1 + number;
            turn := 2;
        ELSIF turn = 2 AND number = 0 THEN
            turn := 3;
        ELSE
            IF turn = 2 THEN
                raw := substr(delta, at + 1, number - 1);
                at := at + number - 1;
            ELSE
                raw := told[cardinality(told) + 1 - number];
            END IF;
            told := told || raw;
            turn := 1;
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;

-- Numbers of IEEE 754 and of two's complement, the lowest byte first.
CREATE FUNCTION rushes_uint(raw bytea, at integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT get_byte(raw, at)::bigint + (get_byte(raw, at + 1)::bigint << 8)
         + (get_byte(raw, at + 2)::bigint << 16) + (get_byte(raw, at + 3)::bigint << 24)
$$;
CREATE FUNCTION rushes_int(raw bytea, at integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN n >= 2147483648 THEN n - 4294967296 ELSE n END FROM rushes_uint(raw, at) n
$$;
CREATE FUNCTION rushes_float(raw bytea, at integer, size integer) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    low bigint := rushes_uint(raw, at);
    high bigint := CASE WHEN size = 8 THEN rushes_uint(raw, at + 4) ELSE low END;
    fraction bigint := CASE WHEN size = 8 THEN ((high & 1048575) << 32) + low
                            ELSE low & 8388607 END;
    exponent integer := CASE WHEN size = 8 THEN (high >> 20) & 2047 ELSE (high >> 23) & 255 END;
    bits integer := CASE WHEN size = 8 THEN 52 ELSE 23 END;
    bias integer := CASE WHEN size = 8 THEN 1075 ELSE 150 END;
    value float8;
BEGIN
    IF exponent = (CASE WHEN size = 8 THEN 2047 ELSE 255 END) THEN
        IF fraction <> 0 THEN RETURN '"NaN"'; END IF;
        RETURN CASE WHEN high >> 31 = 1 THEN '"-Infinity"' ELSE '"Infinity"' END;
    END IF;
    IF exponent = 0 THEN
        exponent := 1;
    ELSE
        fraction := fraction + (1::bigint << bits);
    END IF;
    value := CASE WHEN fraction = 0 THEN 0
             ELSE fraction::float8 * power(2::float8, (exponent - bias)::float8) END;
    RETURN to_jsonb(CASE WHEN high >> 31 = 1 THEN -value ELSE value END);
END $$;
CREATE FUNCTION rushes_numbers(raw bytea, kind text, start integer, count integer) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_agg(
        CASE kind WHEN 'i' THEN to_jsonb(rushes_int(raw, 4 * n))
                  WHEN 'f' THEN rushes_float(raw, 4 * n, 4)
                  ELSE rushes_float(raw, 8 * n, 8) END ORDER BY n), '[]')
    FROM generate_series(start, start + count - 1) n
$$;

-- What the bytes of an attribute mean, as in JSON documents; null for what is not known here.
CREATE FUNCTION rushes_value(kind text, raw bytea) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    form text := right(kind, 1);
    side integer;
    size integer := CASE
        WHEN kind IN ('int', 'float') THEN 4
        WHEN kind IN ('double', 'v2i', 'v2f', 'timecode', 'rational') THEN 8
        WHEN kind IN ('v3i', 'v3f') THEN 12
        WHEN kind IN ('v2d', 'box2i', 'box2f') THEN 16
        WHEN kind = 'v3d' THEN 24 WHEN kind = 'keycode' THEN 28 WHEN kind = 'm33f' THEN 36
        WHEN kind = 'm44f' THEN 64 WHEN kind = 'm33d' THEN 72 WHEN kind = 'm44d' THEN 128
        WHEN kind = 'floatvector' THEN length(raw) / 4 * 4 END;
BEGIN
    IF length(raw) <> size THEN RETURN NULL; END IF;
    CASE
        WHEN kind = 'string' THEN
            RETURN to_jsonb(convert_from(raw, 'UTF8'));
        WHEN kind = 'int' THEN
            RETURN to_jsonb(rushes_int(raw, 0));
        WHEN kind = 'float' THEN
            RETURN rushes_float(raw, 0, 4);
        WHEN kind = 'double' THEN
            RETURN rushes_float(raw, 0, 8);
        WHEN kind IN ('v2i', 'v2f', 'v2d', 'v3i', 'v3f', 'v3d') THEN
            RETURN rushes_numbers(raw, form, 0, substr(kind, 2, 1)::integer);
        WHEN kind IN ('box2i', 'box2f') THEN
            RETURN jsonb_build_object('min', rushes_numbers(raw, form, 0, 2),
                                      'max', rushes_numbers(raw, form, 2, 2));
        WHEN kind IN ('m33f', 'm33d', 'm44f', 'm44d') THEN
            side := substr(kind, 2, 1)::integer;
            RETURN (SELECT jsonb_agg(rushes_numbers(raw, form, side * row, side) ORDER BY row)
                    FROM generate_series(0, side - 1) row);
        WHEN kind = 'timecode' THEN
            RETURN jsonb_build_object('time_and_flags', rushes_uint(raw, 0),
                                      'user_data', rushes_uint(raw, 4));
        WHEN kind = 'rational' THEN
            RETURN jsonb_build_object('numerator', rushes_int(raw, 0),
                                      'denominator', rushes_uint(raw, 4));
        WHEN kind = 'keycode' THEN
            RETURN jsonb_build_object(
                'film_mfc_code', rushes_int(raw, 0), 'film_type', rushes_int(raw, 4),
                'prefix', rushes_int(raw, 8), 'count', rushes_int(raw, 12),
                'perf_offset', rushes_int(raw, 16), 'perfs_per_frame', rushes_int(raw, 20),
                'perfs_per_count', rushes_int(raw, 24));
        WHEN kind = 'floatvector' THEN
            RETURN rushes_numbers(raw, 'f', 0, length(raw) / 4);
        ELSE
            RETURN NULL;
    END CASE;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN NULL;
END $$;

CREATE FUNCTION rushes_changed(delta bytea, place integer, kind text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT rushes_value(kind, d.raw) FROM rushes_delta(delta) d WHERE d.place = $2
$$;
CREATE FUNCTION rushes_attribute(changing jsonb, attributes jsonb, delta bytea, name text)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    told jsonb := changing -> name;
    changed bytea;
BEGIN
    IF told IS NULL THEN RETURN attributes -> name; END IF;
    IF delta <> '' THEN
        SELECT d.raw INTO changed FROM rushes_delta(delta) d WHERE d.place = (told ->> 0)::integer;
    END IF;
    RETURN CASE WHEN changed IS NULL THEN told -> 2 ELSE rushes_value(told ->> 1, changed) END;
END $$;

-- Comparisons of attributes. The planner takes a third of the rows for true, which is as good as
-- any guess and better than what it thinks of patterns on values made up as it goes.
CREATE FUNCTION rushes_number_is(value jsonb, operator text, wanted float8) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 200 AS $$
DECLARE number float8;
BEGIN
    IF value IS NULL OR jsonb_typeof(value) <> 'number' THEN RETURN FALSE; END IF;
    number := (value #>> '{}')::float8;
    RETURN CASE operator WHEN '=' THEN number = wanted WHEN '<' THEN number < wanted
        WHEN '<=' THEN number <= wanted WHEN '>' THEN number > wanted ELSE number >= wanted END;
END $$;
CREATE FUNCTION rushes_text_is(value jsonb, operator text, wanted text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 200 AS $$
BEGIN
    RETURN coalesce(CASE operator WHEN '=' THEN value #>> '{}' = wanted
        ELSE value #>> '{}' ILIKE wanted END, FALSE);
END $$;

-- As `FileSequence.name` writes it.
CREATE FUNCTION rushes_frame_name(
    head text, tail text, padding integer, kind text, digits integer, frame bigint
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN kind = 'file' THEN head ELSE
        head || CASE WHEN frame < 0 THEN '-' ELSE '' END
        || lpad(whole, greatest(padding, length(whole)), '0')
        || CASE WHEN digits > 0 THEN '.' || lpad(part, digits, '0') ELSE '' END || tail END
    FROM (SELECT (abs(frame) / power(10, digits)::bigint)::text AS whole,
                 (abs(frame) % power(10, digits)::bigint)::text AS part) n
$$;
CREATE FUNCTION rushes_embedding(base bigint) RETURNS real[]
LANGUAGE plpgsql STABLE AS $$
DECLARE found real[];
BEGIN
    SELECT embedding::real[] INTO found FROM rushes_imagevector WHERE base_id = base;
    RETURN found;
EXCEPTION WHEN undefined_table THEN
    RETURN NULL;
END $$;
CREATE FUNCTION rushes_fingerprint(base bigint) RETURNS real[]
LANGUAGE plpgsql STABLE AS $$
DECLARE found real[];
BEGIN
    SELECT fingerprint::real[] INTO found FROM rushes_imagevector WHERE base_id = base;
    RETURN found;
EXCEPTION WHEN undefined_table THEN
    RETURN NULL;
END $$;

CREATE SCHEMA IF NOT EXISTS exr;

CREATE VIEW exr.files AS
SELECT (f.sequence_id || ':' || f.frame) AS file_id,
    rtrim(coalesce(nullif(r.linux, ''), nullif(r.macos, ''), r.windows), '/') || '/' || CASE s.folder WHEN '.' THEN '' ELSE s.folder || '/' END
        || rushes_frame_name(s.head, s.tail, s.padding, s.kind, s.subframe_digits, f.frame) AS file_path,
    r.name || ':' || CASE s.folder WHEN '.' THEN '' ELSE s.folder || '/' END
        || rushes_frame_name(s.head, s.tail, s.padding, s.kind, s.subframe_digits, f.frame) AS file_path_normalized,
    f.header_hash, f.size AS size_bytes,
    to_timestamp(f.mtime_ns / 1000000000.0) AS mtime,
    b.parts AS multipart_count, b.deep AS is_deep,
    rushes_embedding(b.id) AS metadata_embedding,
    CASE WHEN s.kind = 'file' THEN NULL ELSE f.frame END AS frame_number,
    f.inspected AS inspection_timestamp, f.inspection_count, f.last_inspected,
    s.show, s.id AS sequence_id, f.problem
FROM rushes_imagefile f
    JOIN rushes_imagesequence s ON s.id = f.sequence_id
    JOIN rushes_storageroot r ON r.id = s.root_id
LEFT JOIN rushes_imagebase b ON b.id = f.base_id;

CREATE VIEW exr.parts AS
SELECT n.file_id, n.file_path, n.part_index,
    (n.data #>> '{max,0}')::bigint - (n.data #>> '{min,0}')::bigint + 1 AS width,
    (n.data #>> '{max,1}')::bigint - (n.data #>> '{min,1}')::bigint + 1 AS height,
    (n.part ->> 'display_width')::bigint AS display_width,
    (n.part ->> 'display_height')::bigint AS display_height,
    (n.data #>> '{min,0}')::bigint AS data_x_offset,
    (n.data #>> '{min,1}')::bigint AS data_y_offset,
    n.part ->> 'name' AS part_name, n.part ->> 'view' AS view_name,
    n.multi_view, n.data AS data_window, n.part -> 'display_window' AS display_window,
    (n.part ->> 'pixel_aspect_ratio')::float8 AS pixel_aspect_ratio,
    n.part ->> 'line_order' AS line_order, n.part ->> 'compression' AS compression,
    n.colour_space AS color_space, n.software AS render_software,
    (n.part ->> 'tiled')::boolean AS is_tiled,
    (n.part ->> 'tile_width')::bigint AS tile_width,
    (n.part ->> 'tile_height')::bigint AS tile_height,
    CASE WHEN (n.part ->> 'tiled')::boolean THEN 1 END AS tile_depth,
    (n.part ->> 'deep')::boolean AS is_deep
FROM (
    SELECT (f.sequence_id || ':' || f.frame) AS file_id, rtrim(coalesce(nullif(r.linux, ''), nullif(r.macos, ''), r.windows), '/') || '/' || CASE s.folder WHEN '.' THEN '' ELSE s.folder || '/' END
        || rushes_frame_name(s.head, s.tail, s.padding, s.kind, s.subframe_digits, f.frame) AS file_path, (p.part ->> 'index')::integer AS part_index,
        p.part, cardinality(b.views) > 1 AS multi_view, b.colour_space, b.software,
        coalesce(rushes_changed(f.delta, (p.part ->> 'data_window_at')::integer, 'box2i'),
                 p.part -> 'data_window') AS data
    FROM rushes_imagefile f
    JOIN rushes_imagesequence s ON s.id = f.sequence_id
    JOIN rushes_storageroot r ON r.id = s.root_id
    JOIN rushes_imagebase b ON b.id = f.base_id
    JOIN rushes_imageheader h ON h.base_id = b.id
    CROSS JOIN jsonb_array_elements(h.details -> 'parts') p (part)
) n;

CREATE VIEW exr.channels AS
SELECT (f.sequence_id || ':' || f.frame) AS file_id, rtrim(coalesce(nullif(r.linux, ''), nullif(r.macos, ''), r.windows), '/') || '/' || CASE s.folder WHEN '.' THEN '' ELSE s.folder || '/' END
        || rushes_frame_name(s.head, s.tail, s.padding, s.kind, s.subframe_digits, f.frame) AS file_path,
    (c.one ->> 'part_index')::integer AS part_index, c.one ->> 'name' AS channel_name,
    c.one ->> 'layer' AS layer_name, c.one ->> 'component' AS component_name,
    c.one ->> 'type' AS channel_type, (c.one ->> 'x_sampling')::integer AS x_sampling,
    (c.one ->> 'y_sampling')::integer AS y_sampling,
    rushes_fingerprint(b.id) AS channel_fingerprint
FROM rushes_imagefile f
    JOIN rushes_imagesequence s ON s.id = f.sequence_id
    JOIN rushes_storageroot r ON r.id = s.root_id
JOIN rushes_imagebase b ON b.id = f.base_id
JOIN rushes_imageheader h ON h.base_id = b.id
CROSS JOIN jsonb_array_elements(h.details -> 'channels') c (one);

CREATE VIEW exr.attributes AS
SELECT n.file_id, n.file_path, n.part_index, n.attr_name, n.attr_type, n.value AS value_json,
    CASE WHEN jsonb_typeof(n.value) = 'string' THEN n.value #>> '{}' END AS value_text,
    CASE WHEN n.attr_type = 'int' THEN (n.value #>> '{}')::bigint END AS value_int,
    CASE WHEN jsonb_typeof(n.value) = 'number' THEN (n.value #>> '{}')::float8 END
        AS value_float
FROM (
    SELECT (f.sequence_id || ':' || f.frame) AS file_id, rtrim(coalesce(nullif(r.linux, ''), nullif(r.macos, ''), r.windows), '/') || '/' || CASE s.folder WHEN '.' THEN '' ELSE s.folder || '/' END
        || rushes_frame_name(s.head, s.tail, s.padding, s.kind, s.subframe_digits, f.frame) AS file_path, (a.item ->> 0)::integer AS part_index,
        a.item ->> 1 AS attr_name, a.item ->> 2 AS attr_type,
        CASE WHEN d.raw IS NULL THEN a.item -> 3 ELSE rushes_value(a.item ->> 2, d.raw) END
            AS value
    FROM rushes_imagefile f
    JOIN rushes_imagesequence s ON s.id = f.sequence_id
    JOIN rushes_storageroot r ON r.id = s.root_id
    JOIN rushes_imageheader h ON h.base_id = f.base_id
    CROSS JOIN jsonb_array_elements(h.listed) WITH ORDINALITY a (item, at)
    LEFT JOIN LATERAL rushes_delta(f.delta) d ON d.place = a.at - 1
) n;
