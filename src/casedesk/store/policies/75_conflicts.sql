-- Conflict checks and search. Names are found again across every wall; what is found is read only by those who may see
-- where, and whoever asked learns nothing else: not by an answer, a count, an error, or a lock they would wait for.

CREATE POLICY key_name ON name_key FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM matter m WHERE m.id = name_key.matter_id));
GRANT INSERT ON name_key TO casedesk_staff, casedesk_service;

-- A check is put on record by the function below, and by nothing else.
CREATE OR REPLACE FUNCTION casedesk_ask_conflicts(
    p_check bigint, p_ref text, p_matter bigint, p_about text, p_names text, p_at_us bigint
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $ask$
BEGIN
    IF public.casedesk_uid() IS NULL OR public.casedesk_is_service()
        OR (CASE WHEN p_matter IS NULL THEN public.casedesk_is_outside() ELSE NOT public.casedesk_sees(p_matter) END) THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:Conflicts are asked for by those who may see the matter.';
    END IF;
    INSERT INTO conflict_check (id, ref, matter_id, about, names, asked_by, asked_us)
        VALUES (p_check, p_ref, p_matter, p_about, p_names, public.casedesk_uid(), public.casedesk_now_us(p_at_us));
END $ask$;

-- Every name of the record that is like one that is asked for: by its keys, its A-number, or its birth date and a word.
-- The same as `casedesk.matching.names.likeness` and as `conflict.search` on a local store. For the functions below.
CREATE OR REPLACE FUNCTION casedesk_alike(p_matter bigint, p_asked text, p_keys text)
RETURNS TABLE (asked_name text, matter_id bigint, party_id bigint, found_name text, how text, likeness bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $alike$
WITH asked AS (
    SELECT (e ->> 'n')::int AS n, e ->> 'name' AS name, (e ->> 'words')::int AS words, (e ->> 'long')::boolean AS long,
        e ->> 'a_number' AS a_number, e ->> 'born' AS born, (e ->> 'client')::bigint AS client
    FROM jsonb_array_elements(p_asked::jsonb) e
), wanted AS (
    SELECT (e ->> 0)::int AS n, e ->> 1 AS how, e ->> 2 AS key, (e ->> 3)::int AS word
    FROM jsonb_array_elements(p_keys::jsonb) e
), met AS (
    SELECT w.n, k.matter_id, k.party_id, k.name, bool_or(w.how = 'plain') AS plain, bool_or(w.how = 'skeleton') AS skeleton,
        count(DISTINCT CASE WHEN w.how = 'sound' THEN w.word END) AS same
    FROM wanted w JOIN name_key k ON k.key = w.key AND k.how = w.how GROUP BY w.n, k.matter_id, k.party_id, k.name
), counted AS (
    SELECT s.*, a.words AS ours, a.long, COALESCE(p.born = a.born, false) AS born,
        CASE WHEN s.same > 1 OR (s.same = 1 AND a.words = 1) THEN (SELECT count(*) FROM name_key t
            WHERE t.matter_id = s.matter_id AND t.party_id IS NOT DISTINCT FROM s.party_id AND t.how = 'sound'
            AND t.name = s.name) END AS theirs
    FROM met s JOIN asked a ON a.n = s.n LEFT JOIN party p ON p.id = s.party_id
), scored AS (
    SELECT n, matter_id, party_id, name,
        CASE WHEN plain THEN 'plain' WHEN skeleton THEN 'skeleton' WHEN born THEN 'born' ELSE 'sound' END AS how,
        CASE WHEN plain THEN 95 WHEN skeleton THEN 90 WHEN born THEN 85
            WHEN same = 1 AND ours = 1 AND theirs = 1 THEN CASE WHEN long THEN 65 ELSE 0 END
            WHEN same > 1 AND same >= least(ours, theirs) THEN CASE WHEN ours = theirs THEN 80 ELSE 70 END
            ELSE 0 END AS likeness
    FROM counted
    UNION ALL
    SELECT a.n, p.matter_id, p.id, p.name, 'a_number', 100 FROM asked a JOIN party p ON p.a_number = a.a_number
), best AS (
    SELECT s.*, row_number() OVER (PARTITION BY s.n, s.matter_id, s.party_id ORDER BY s.likeness DESC, s.name) AS place
    FROM scored s WHERE s.likeness > 0 AND s.matter_id IS DISTINCT FROM p_matter
)
SELECT a.name, b.matter_id, b.party_id, b.name, b.how, b.likeness::bigint
FROM best b JOIN asked a ON a.n = b.n JOIN matter m ON m.id = b.matter_id LEFT JOIN party p ON p.id = b.party_id
WHERE b.place = 1 AND (a.client IS NULL
    OR a.client IS DISTINCT FROM (CASE WHEN b.party_id IS NULL THEN m.client_id ELSE p.client_id END))
$alike$;

CREATE OR REPLACE FUNCTION casedesk_new_id() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT greatest(1, ('x' || translate(left(gen_random_uuid()::text, 18), '-', ''))::bit(64)::bigint & 9223372036854775807) $$;

-- Search for one's own check, asked in this very transaction. What is found in matters that everybody in the firm sees
-- is the check's. A walled matter gets a check of its own, which its people read and decide, with a word to them; it
-- stands on no trail, because the end of a trail is a lock, and to wait for it would be to learn that somebody is there.
CREATE OR REPLACE FUNCTION casedesk_conflicts(
    p_check bigint, p_asked text, p_keys text, p_colleagues boolean
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $conflicts$
DECLARE
    v_check conflict_check; v_found jsonb; v_matter matter; v_mirror bigint; v_ref text; v_about text;
    v_open boolean; v_store text;
BEGIN
    SELECT * INTO v_check FROM conflict_check c WHERE c.id = p_check AND c.asked_by = public.casedesk_uid()
        AND c.state = 'open' AND c.xmin = pg_current_xact_id()::xid
        AND NOT EXISTS (SELECT 1 FROM conflict_hit h WHERE h.check_id = c.id);
    IF v_check.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = 'casedesk:not_allowed:A conflict check is searched once, as it is asked.';
    END IF;
    SELECT COALESCE(jsonb_agg(to_jsonb(f) || jsonb_build_object('open', m.guarded = 0 AND public.casedesk_sees(m.id))), '[]')
        INTO v_found FROM public.casedesk_alike(v_check.matter_id, p_asked, p_keys) f JOIN matter m ON m.id = f.matter_id;

    INSERT INTO conflict_hit (id, check_id, matter_id, party_id, asked_name, found_name, how, likeness)
        SELECT public.casedesk_new_id(), p_check, f.matter_id, f.party_id, f.asked_name, f.found_name, f.how, f.likeness
        FROM jsonb_to_recordset(v_found) AS f(asked_name text, matter_id bigint, party_id bigint, found_name text, how text,
            likeness bigint, open boolean)
        WHERE f.open ORDER BY f.likeness DESC, f.matter_id, f.party_id LIMIT 200;
    GET DIAGNOSTICS v_mirror = ROW_COUNT;
    IF v_mirror = 0 AND p_colleagues IS FALSE THEN
        UPDATE conflict_check SET state = 'clear', decided_us = asked_us, reason = 'nothing found' WHERE id = p_check;
    END IF;

    SELECT value INTO v_store FROM engine_meta WHERE key = 'store_id';
    SELECT m.guarded = 0 INTO v_open FROM matter m WHERE m.id = v_check.matter_id;
    v_about := CASE WHEN v_check.matter_id IS NULL THEN 'asked for by hand'
        WHEN v_open THEN 'asked for in ' || (SELECT m.ref FROM matter m WHERE m.id = v_check.matter_id)
        ELSE 'asked for in a walled matter' END;
    FOR v_matter IN SELECT * FROM matter m WHERE m.id IN (SELECT (f ->> 'matter_id')::bigint
        FROM jsonb_array_elements(v_found) f WHERE NOT (f ->> 'open')::boolean) LOOP
        v_mirror := public.casedesk_new_id();
        SELECT 'K-' || string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(b, i) & 31), 1), '')
            INTO v_ref FROM (SELECT uuid_send(gen_random_uuid()) AS b) r, generate_series(0, 5) i;
        INSERT INTO conflict_check (id, ref, matter_id, about, names, asked_by, asked_us)
            SELECT v_mirror, v_ref, v_matter.id, v_about, jsonb_build_object('people', '[]'::jsonb, 'searched',
                jsonb_agg(DISTINCT jsonb_build_object('name', f ->> 'asked_name', 'role', ''))), v_check.asked_by, v_check.asked_us
            FROM jsonb_array_elements(v_found) f WHERE (f ->> 'matter_id')::bigint = v_matter.id;
        INSERT INTO conflict_hit (id, check_id, matter_id, party_id, asked_name, found_name, how, likeness)
            SELECT public.casedesk_new_id(), v_mirror, f.matter_id, f.party_id, f.asked_name, f.found_name, f.how, f.likeness
            FROM jsonb_to_recordset(v_found) AS f(asked_name text, matter_id bigint, party_id bigint, found_name text,
                how text, likeness bigint) WHERE f.matter_id = v_matter.id;
        INSERT INTO outbox (id, matter_id, person_id, channel, about, subject, message_id, state, created_us)
            SELECT t.id, v_matter.id, t.person, 'in_app', 'alarm', 'Conflict check ' || v_ref || ' of ' || v_matter.ref
                || ' waits for a decision', '<' || md5(t.id::text) || '@' || left(v_store, 12) || '.casedesk>', 'delivered',
                v_check.asked_us
            FROM (SELECT public.casedesk_new_id() AS id, p.id AS person FROM person p
                WHERE p.active = 1 AND p.kind = 'staff' AND p.outside = 0
                AND (v_matter.guarded = 0 OR EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = v_matter.id
                    AND w.person_id = p.id AND w.until_us IS NULL))
                AND (EXISTS (SELECT 1 FROM matter_owner o WHERE o.matter_id = v_matter.id AND o.person_id = p.id
                        AND o.kind IN ('lead_attorney', 'supervising_attorney'))
                    OR (v_matter.guarded = 1 AND (EXISTS (SELECT 1 FROM licence l WHERE l.person_id = p.id AND l.active = 1
                            AND l.kind IN ('attorney', 'accredited_representative'))
                        OR EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = p.id
                            AND r.role IN ('operations_manager', 'managing_partner')))))) t;
    END LOOP;
END $conflicts$;

GRANT EXECUTE ON FUNCTION casedesk_ask_conflicts(bigint, text, bigint, text, text, bigint),
    casedesk_conflicts(bigint, text, text, boolean) TO casedesk_staff;

CREATE POLICY decide_conflicts ON conflict_check FOR UPDATE USING (matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m
    WHERE m.id = conflict_check.matter_id)) WITH CHECK (decided_by = (SELECT casedesk_uid()));
GRANT UPDATE (state, decided_by, decided_us, reason, version) ON conflict_check TO casedesk_staff;

-- Anything by the beginnings of names, a number, a phone, a mail address: `find.matters` of a local store, with the
-- owner's eyes, so that sight is tested once for a matter found and not for each key that was looked at. The test is the
-- policy of `matter` said again. (A range of keys keeps its index under policies; LIKE, which is not leakproof, would not.)
CREATE OR REPLACE FUNCTION casedesk_find(
    p_words text, p_ref text, p_letters text, p_digits text, p_mail text, p_most bigint
) RETURNS TABLE (matter_id bigint, party_id bigint, form_id bigint, rank int, place bigint)
LANGUAGE plpgsql STABLE ROWS 50 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $find$
#variable_conflict use_column
DECLARE
    v_me bigint := public.casedesk_uid(); v_outside boolean := public.casedesk_is_outside();
    v_service boolean := public.casedesk_is_service(); v_words int := jsonb_array_length(p_words::jsonb);
BEGIN
    IF v_me IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH word AS (
        SELECT e.at, e.word, e.word || U&'\+10FFFF' AS beyond
        FROM jsonb_array_elements_text(p_words::jsonb) WITH ORDINALITY AS e(word, at)
    ), met AS (
        SELECT DISTINCT k.matter_id, k.party_id, w.at FROM word w
        JOIN name_key k ON k.how = 'word' AND k.key >= w.word AND k.key < w.beyond
    ), found AS (
        SELECT k.matter_id, k.party_id, NULL::bigint AS form_id, CASE WHEN k.party_id IS NULL THEN 2 ELSE 3 END AS rank
        FROM met k GROUP BY k.matter_id, k.party_id HAVING count(*) = v_words
        UNION ALL
        SELECT k.matter_id, NULL, NULL, 5 FROM met k WHERE v_words > 1 GROUP BY k.matter_id
            HAVING count(DISTINCT k.at) = v_words
        UNION ALL
        SELECT m.id, NULL, NULL, CASE WHEN lower(m.ref) = p_ref THEN 0 ELSE 5 END FROM matter m
        WHERE p_ref <> '' AND strpos(lower(m.ref), p_ref) > 0
        UNION ALL
        SELECT p.matter_id, p.id, NULL, 1 FROM party p WHERE p_digits <> '' AND CASE WHEN p_letters = ''
            THEN right(p.a_number, length(p_digits)) = p_digits
            ELSE starts_with(p.a_number, p_letters || p_digits)
                OR (p_letters = 'A' AND ltrim(substr(p.a_number, 2), '0') = ltrim(p_digits, '0')) END
        UNION ALL
        SELECT f.matter_id, NULL, f.id, 1 FROM form f WHERE p_digits <> '' AND CASE WHEN p_letters = ''
            THEN right(f.receipt_number, length(p_digits)) = p_digits
            ELSE starts_with(f.receipt_number, p_letters || p_digits) END
        UNION ALL
        SELECT m.id, NULL, NULL, 3 FROM client c JOIN matter m ON m.client_id = c.id
        WHERE (p_digits <> '' AND p_letters = '' AND strpos(translate(c.phone, ' ()+-./', ''), p_digits) > 0)
            OR (p_mail <> '' AND strpos(lower(c.email), p_mail) > 0)
        UNION ALL
        SELECT p.matter_id, p.id, NULL, 3 FROM party p
        WHERE (p_digits <> '' AND p_letters = '' AND strpos(translate(p.phone, ' ()+-./', ''), p_digits) > 0)
            OR (p_mail <> '' AND strpos(lower(p.email), p_mail) > 0)
    ), best AS (
        SELECT DISTINCT ON (f.matter_id) f.matter_id, f.party_id, f.form_id, f.rank FROM found f
        ORDER BY f.matter_id, f.rank, f.form_id NULLS FIRST, f.party_id NULLS FIRST
    ), seen AS (
        SELECT b.matter_id, b.party_id, b.form_id, b.rank,
            row_number() OVER (ORDER BY b.rank, m.status = 'closed', m.opened_us DESC, m.id) AS place
        FROM best b CROSS JOIN LATERAL (SELECT x.id, x.status, x.opened_us, x.guarded FROM matter x
            WHERE x.id = b.matter_id OFFSET 0) m
        WHERE (m.guarded = 0 AND NOT v_outside) OR v_service OR EXISTS (SELECT 1 FROM matter_member w
            WHERE w.matter_id = m.id AND w.person_id = v_me AND w.until_us IS NULL)
    )
    SELECT s.matter_id, s.party_id, s.form_id, s.rank, s.place FROM seen s WHERE s.place <= p_most;
END $find$;

GRANT EXECUTE ON FUNCTION casedesk_find(text, text, text, text, text, bigint) TO casedesk_staff, casedesk_service;
