-- _met: a matter's names of which words begin as those of the question do, and the numbers and addresses that are asked for
WITH word AS (
    SELECT e.key AS at, e.value AS word, e.value || char(1114111) AS beyond FROM json_each(:words) e
), met AS (
    SELECT DISTINCT k.matter_id, k.party_id, w.at FROM word w
    JOIN name_key k ON k.how = 'word' AND k.key >= w.word AND k.key < w.beyond
), found AS (
    SELECT k.matter_id, k.party_id, NULL AS form_id, CASE WHEN k.party_id IS NULL THEN 2 ELSE 3 END AS rank
    FROM met k GROUP BY k.matter_id, k.party_id HAVING count(*) = json_array_length(:words)
    UNION ALL
    SELECT k.matter_id, NULL, NULL, 5 FROM met k WHERE json_array_length(:words) > 1 GROUP BY k.matter_id
        HAVING count(DISTINCT k.at) = json_array_length(:words)
    UNION ALL
    SELECT m.id, NULL, NULL, CASE WHEN lower(m.ref) = :ref THEN 0 ELSE 5 END FROM matter m
    WHERE :ref <> '' AND instr(lower(m.ref), :ref) > 0
    UNION ALL
    SELECT p.matter_id, p.id, NULL, 1 FROM party p WHERE :digits <> '' AND CASE WHEN :letters = ''
        THEN substr(p.a_number, -length(:digits)) = :digits
        ELSE substr(p.a_number, 1, length(:letters || :digits)) = :letters || :digits
            OR (:letters = 'A' AND ltrim(substr(p.a_number, 2), '0') = ltrim(:digits, '0')) END
    UNION ALL
    SELECT f.matter_id, NULL, f.id, 1 FROM form f WHERE :digits <> '' AND CASE WHEN :letters = ''
        THEN substr(f.receipt_number, -length(:digits)) = :digits
        ELSE substr(f.receipt_number, 1, length(:letters || :digits)) = :letters || :digits END
    UNION ALL
    SELECT m.id, NULL, NULL, 3 FROM client c JOIN matter m ON m.client_id = c.id
    WHERE (:digits <> '' AND :letters = '' AND instr(replace(replace(replace(replace(replace(replace(replace(
            c.phone, ' ', ''), '(', ''), ')', ''), '+', ''), '-', ''), '.', ''), '/', ''), :digits) > 0)
        OR (:mail <> '' AND instr(lower(c.email), :mail) > 0)
    UNION ALL
    SELECT p.matter_id, p.id, NULL, 3 FROM party p
    WHERE (:digits <> '' AND :letters = '' AND instr(replace(replace(replace(replace(replace(replace(replace(
            p.phone, ' ', ''), '(', ''), ')', ''), '+', ''), '-', ''), '.', ''), '/', ''), :digits) > 0)
        OR (:mail <> '' AND instr(lower(p.email), :mail) > 0)
), best AS (
    SELECT f.matter_id, f.party_id, f.form_id, f.rank, row_number() OVER (PARTITION BY f.matter_id
        ORDER BY f.rank, f.form_id NULLS FIRST, f.party_id NULLS FIRST) AS place FROM found f
), f AS (
    SELECT b.matter_id, b.party_id, b.form_id, b.rank,
        row_number() OVER (ORDER BY b.rank, m.status = 'closed', m.opened_us DESC, m.id) AS place
    FROM best b JOIN matter m ON m.id = b.matter_id WHERE b.place = 1
)

-- _shown: what is said of what was found
SELECT f.rank, m.ref, m.caption, m.status, m.type, p.name AS party, p.role, p.a_number, o.form, o.receipt_number
FROM f JOIN matter m ON m.id = f.matter_id LEFT JOIN party p ON p.id = f.party_id LEFT JOIN form o ON o.id = f.form_id

-- matters.sqlite: the matters that a question names, the best first
{_met}
{_shown} WHERE f.place <= :most ORDER BY f.place

-- matters.postgresql: the same, found with the owner's eyes, and read with the person's own
WITH f AS (SELECT * FROM casedesk_find(:words, :ref, :letters, :digits, :mail, CAST(:most AS bigint)))
{_shown} ORDER BY f.place

-- named.sqlite: the ids of all of them
{_met}
SELECT f.matter_id FROM f

-- named.postgresql: the ids of all of them
SELECT f.matter_id FROM casedesk_find(:words, :ref, :letters, :digits, :mail, 1000000000) f

-- tasks: tasks whose ref begins so
SELECT t.ref, t.title, t.state, m.ref AS matter_ref, m.caption FROM task t LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.ref >= :first AND t.ref < :beyond ORDER BY t.ref LIMIT :limit

-- own_tasks: somebody's open tasks, the nearest first
SELECT t.ref, t.title, t.state, m.ref AS matter_ref, m.caption FROM task t LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.owner_id = :owner_id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
ORDER BY t.due_us, t.id LIMIT :limit
