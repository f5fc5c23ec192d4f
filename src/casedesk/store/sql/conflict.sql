-- ask.sqlite: put a check on record
INSERT INTO conflict_check (id, ref, matter_id, about, names, asked_by, asked_us)
VALUES (:id, :ref, :matter_id, :about, :names, :asked_by, :at_us)

-- ask.postgresql: put a check on record, in the name of whoever is signed in
SELECT casedesk_ask_conflicts(CAST(:id AS bigint), :ref, CAST(:matter_id AS bigint), :about, :names, CAST(:at_us AS bigint))

-- search.sqlite: every name of the record that is like one that is asked for
INSERT INTO conflict_hit (id, check_id, matter_id, party_id, asked_name, found_name, how, likeness)
WITH asked AS (
    SELECT e.value ->> 'n' AS n, e.value ->> 'name' AS name, e.value ->> 'words' AS words, e.value ->> 'long' AS long,
        e.value ->> 'a_number' AS a_number, e.value ->> 'born' AS born, e.value ->> 'client' AS client
    FROM json_each(:asked) e
), wanted AS (
    SELECT e.value ->> 0 AS n, e.value ->> 1 AS how, e.value ->> 2 AS key, e.value ->> 3 AS word FROM json_each(:keys) e
), met AS (
    SELECT w.n, k.matter_id, k.party_id, k.name, max(w.how = 'plain') AS plain, max(w.how = 'skeleton') AS skeleton,
        count(DISTINCT CASE WHEN w.how = 'sound' THEN w.word END) AS same
    FROM wanted w JOIN name_key k ON k.key = w.key AND k.how = w.how GROUP BY w.n, k.matter_id, k.party_id, k.name
), counted AS (
    SELECT s.*, a.words AS ours, a.long, COALESCE(p.born = a.born, 0) AS born,
        CASE WHEN s.same > 1 OR (s.same = 1 AND a.words = 1) THEN (SELECT count(*) FROM name_key t
            WHERE t.matter_id = s.matter_id AND t.party_id IS NOT DISTINCT FROM s.party_id AND t.how = 'sound'
            AND t.name = s.name) END AS theirs
    FROM met s JOIN asked a ON a.n = s.n LEFT JOIN party p ON p.id = s.party_id
), scored AS (
    SELECT n, matter_id, party_id, name,
        CASE WHEN plain THEN 'plain' WHEN skeleton THEN 'skeleton' WHEN born THEN 'born' ELSE 'sound' END AS how,
        CASE WHEN plain THEN 95 WHEN skeleton THEN 90 WHEN born THEN 85
            WHEN same = 1 AND ours = 1 AND theirs = 1 THEN CASE WHEN long THEN 65 ELSE 0 END
            WHEN same > 1 AND same >= min(ours, theirs) THEN CASE WHEN ours = theirs THEN 80 ELSE 70 END
            ELSE 0 END AS likeness
    FROM counted
    UNION ALL
    SELECT a.n, p.matter_id, p.id, p.name, 'a_number', 100 FROM asked a JOIN party p ON p.a_number = a.a_number
), best AS (
    SELECT s.*, row_number() OVER (PARTITION BY s.n, s.matter_id, s.party_id ORDER BY s.likeness DESC, s.name) AS place
    FROM scored s WHERE s.likeness > 0 AND s.matter_id IS DISTINCT FROM :matter_id
)
SELECT max(1, random() & 9223372036854775807), :check_id, b.matter_id, b.party_id, a.name, b.name, b.how, b.likeness
FROM best b JOIN asked a ON a.n = b.n JOIN matter m ON m.id = b.matter_id LEFT JOIN party p ON p.id = b.party_id
WHERE b.place = 1 AND (a.client IS NULL
    OR a.client IS DISTINCT FROM (CASE WHEN b.party_id IS NULL THEN m.client_id ELSE p.client_id END))
ORDER BY b.likeness DESC, b.matter_id, b.party_id LIMIT 200

-- search.postgresql: the same across every wall, and a check with nothing found settled at once
SELECT casedesk_conflicts(CAST(:check_id AS bigint), :asked, :keys, CAST(:colleagues AS boolean))

-- settle: a check that found nothing needs nobody
UPDATE conflict_check SET state = 'clear', decided_us = asked_us, reason = 'nothing found'
WHERE id = :id AND state = 'open' AND NOT EXISTS (SELECT 1 FROM conflict_hit h WHERE h.check_id = conflict_check.id)

-- _checks: a check and what it is about
SELECT c.id, c.ref, c.matter_id, c.about, c.names, c.asked_by, c.asked_us, c.state, c.decided_by, c.decided_us, c.reason,
    c.version, m.ref AS matter_ref, m.caption, m.priority
FROM conflict_check c LEFT JOIN matter m ON m.id = c.matter_id

-- find: a check by ref or id
{_checks}
WHERE c.ref = :ref OR c.id = :id

-- listing: checks, the newest first
{_checks}
WHERE (CAST(:state AS text) IS NULL OR c.state = :state)
AND (CAST(:matter_id AS bigint) IS NULL OR c.matter_id = :matter_id)
AND (CAST(:after_us AS bigint) IS NULL OR c.asked_us < :after_us OR (c.asked_us = :after_us AND c.id < :after_id))
ORDER BY c.asked_us DESC, c.id DESC LIMIT :limit

-- hits: what a check found, the likeliest first
SELECT h.asked_name, h.found_name, h.how, h.likeness, h.matter_id, m.ref, m.caption, m.type, m.status,
    m.client_id AS matter_client, p.role, p.client_id, c.name AS client_name,
    (SELECT l.relation FROM matter_link l WHERE l.matter_id = k.matter_id AND l.other_id = h.matter_id AND l.hidden = 0) AS link
FROM conflict_hit h JOIN conflict_check k ON k.id = h.check_id JOIN matter m ON m.id = h.matter_id
JOIN client c ON c.id = m.client_id LEFT JOIN party p ON p.id = h.party_id
WHERE h.check_id = :check_id ORDER BY h.likeness DESC, m.opened_us DESC, h.found_name, h.id

-- standing: a matter's checks nobody has decided, with the likeliest they found
SELECT c.ref, c.names, (SELECT max(h.likeness) FROM conflict_hit h WHERE h.check_id = c.id) AS likeness
FROM conflict_check c WHERE c.matter_id = :matter_id AND c.state = 'open' ORDER BY c.asked_us, c.id

-- decide: what was decided of a check, by whom and why
UPDATE conflict_check SET state = :state, decided_by = :decided_by, decided_us = :decided_us, reason = :reason,
    version = version + 1 WHERE id = :id AND state = 'open'

-- task: the task that asks for a decision
SELECT id FROM task WHERE kind = 'conflict_check' AND step = :ref

-- consent: a consent to a conflict by ref or id, whoever gave it
SELECT s.id, s.ref, s.kind, s.matter_id, s.withdrawn_us, m.ref AS matter_ref FROM consent s JOIN matter m ON m.id = s.matter_id
WHERE s.ref = :ref OR s.id = :id
