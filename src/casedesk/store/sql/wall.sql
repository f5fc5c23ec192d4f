-- _walls: a wall's columns
SELECT w.id, w.ref, w.matter_id, w.reason, w.opened_us, w.opened_by, w.closed_us, w.closed_by, w.closed_reason,
    w.version, m.ref AS matter_ref, m.caption
FROM wall w JOIN matter m ON m.id = w.matter_id

-- of_matter: a matter's walls, the newest first
{_walls}
WHERE w.matter_id = :matter_id ORDER BY w.opened_us DESC, w.id

-- find: a wall by ref or id
{_walls}
WHERE w.ref = :ref OR w.id = :id

-- listing: the walls this person may see, the newest first
{_walls}
WHERE (:every = 1 OR w.closed_us IS NULL)
AND (CAST(:after_us AS bigint) IS NULL OR w.opened_us < :after_us OR (w.opened_us = :after_us AND w.id < :after_id))
ORDER BY w.opened_us DESC, w.id DESC LIMIT :limit

-- members.sqlite: who was admitted to a matter, since when and until when
SELECT person_id, since_us, added_by, until_us FROM matter_member WHERE matter_id = :matter_id

-- members.postgresql: who was admitted to a matter, since when and until when; for those who may see it
SELECT person_id, since_us, added_by, until_us FROM casedesk_members(CAST(:matter_id AS bigint))

-- screens: who is screened by a wall, when they were told and when they acknowledged it
SELECT person_id, told_us, acknowledged_us FROM wall_screen WHERE wall_id = :wall_id

-- my_screens.sqlite: what somebody screened may know: the matter's number, since when, and their own word
SELECT w.id AS wall_id, w.ref AS wall_ref, m.ref AS matter_ref, w.opened_us, w.closed_us, s.told_us, s.acknowledged_us
FROM wall_screen s JOIN wall w ON w.id = s.wall_id JOIN matter m ON m.id = w.matter_id
WHERE s.person_id = :person_id ORDER BY w.opened_us DESC, w.id

-- my_screens.postgresql: the same; the server answers for whoever is signed in
SELECT s.wall_id, s.wall_ref, s.matter_ref, s.opened_us, s.closed_us, s.told_us, s.acknowledged_us
FROM casedesk_my_screens() s WHERE CAST(:person_id AS bigint) IS NOT NULL ORDER BY s.opened_us DESC, s.wall_id

-- acknowledge: the screened person has read that they are
UPDATE wall_screen SET acknowledged_us = :now_us
WHERE wall_id = :wall_id AND person_id = :person_id AND acknowledged_us IS NULL

-- sight.sqlite: whether a matter is guarded (person 0), and which of the staff may not see it
SELECT CAST(0 AS bigint) AS person_id, m.guarded FROM matter m WHERE m.id = :matter_id
UNION ALL
SELECT p.id, 0 FROM person p WHERE p.kind = 'staff' AND p.active = 1
    AND (p.outside = 1 OR EXISTS (SELECT 1 FROM matter g WHERE g.id = :matter_id AND g.guarded = 1))
    AND NOT EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = :matter_id AND w.person_id = p.id
        AND w.until_us IS NULL)

-- sight.postgresql: whether a matter is guarded (person 0), and which of the staff may not see it
SELECT CAST(0 AS bigint) AS person_id, m.guarded FROM matter m WHERE m.id = :matter_id
UNION ALL
SELECT s, 0 FROM casedesk_shut_out_of(CAST(:matter_id AS bigint)) AS s

-- load: open work behind walls, by owner: it weighs behind a wall only
SELECT t.owner_id, CAST(sum(t.hours_tenths) AS bigint) AS open_tenths, max(t.created_us) AS last_us
FROM matter m CROSS JOIN task t
WHERE m.guarded = 1 AND t.matter_id = m.id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold') GROUP BY t.owner_id

-- holding: who holds work of a matter: open tasks, open reviews, a standing owner's place
SELECT 'task' AS what, t.id, t.ref, t.title AS name, t.owner_id AS person_id, t.reserved, t.handoff_note AS note
FROM task t WHERE t.matter_id = :matter_id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
UNION ALL
SELECT 'review', v.id, v.ref, v.kind, v.owner_id, 0, '' FROM review v WHERE v.matter_id = :matter_id AND v.state = 'open'
UNION ALL
SELECT 'owner', CAST(0 AS bigint), '', o.kind, o.person_id, 0, '' FROM matter_owner o WHERE o.matter_id = :matter_id
ORDER BY 1 DESC, 3, 4

-- orphans: who left the firm and holds work behind a wall, where whoever closed their place may not have seen it
SELECT m.id AS matter_id, p.id AS person_id FROM matter m JOIN person p ON p.kind = 'staff' AND p.active = 0
WHERE m.guarded = 1 AND (EXISTS (SELECT 1 FROM task t WHERE t.matter_id = m.id AND t.owner_id = p.id
        AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold'))
    OR EXISTS (SELECT 1 FROM review v WHERE v.matter_id = m.id AND v.owner_id = p.id AND v.state = 'open')
    OR EXISTS (SELECT 1 FROM matter_owner o WHERE o.matter_id = m.id AND o.person_id = p.id))
AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.matter_id = m.id AND a.action = 'wall.work_left' AND a.subject = p.handle)
ORDER BY m.id, p.id LIMIT :limit

-- raise.postgresql: the wall goes up; gives back whom it screens
SELECT p AS person_id FROM casedesk_raise_wall(:wall_id, :ref, :matter_id, :reason, CAST(:members AS bigint[]), :now_us) AS p

-- raise.sqlite: never run on SQLite, where the desk writes the rows itself
SELECT 1 AS person_id WHERE 1 = 0

-- lower.postgresql: the wall comes down; gives back who was screened until now
SELECT p AS person_id FROM casedesk_lower_wall(:matter_id, :reason, :now_us) AS p

-- lower.sqlite: never run on SQLite, where the desk writes the rows itself
SELECT 1 AS person_id WHERE 1 = 0

-- close.sqlite: a local wall comes down
UPDATE wall SET closed_us = :now_us, closed_by = :person_id, closed_reason = :reason, version = version + 1
WHERE id = :wall_id AND closed_us IS NULL

-- close.postgresql: never run on PostgreSQL, where a function takes a wall down
SELECT 1 WHERE 1 = 0

-- admit.sqlite: somebody is admitted to a matter
INSERT INTO matter_member (matter_id, person_id, since_us, added_by) VALUES (:matter_id, :person_id, :now_us, :by)
ON CONFLICT (matter_id, person_id) DO UPDATE SET until_us = NULL, since_us = excluded.since_us,
    added_by = excluded.added_by WHERE matter_member.until_us IS NOT NULL

-- admit.postgresql: somebody is admitted to a matter
SELECT casedesk_set_member(:matter_id, :person_id, true, :now_us) WHERE CAST(:by AS bigint) IS NOT NULL

-- end.sqlite: somebody's sight of a matter ends
UPDATE matter_member SET until_us = :now_us WHERE matter_id = :matter_id AND person_id = :person_id AND until_us IS NULL

-- end.postgresql: somebody's sight of a matter ends
SELECT casedesk_set_member(:matter_id, :person_id, false, :now_us)

-- end_inside.sqlite: being inside ends with the wall; people from outside stay admitted
UPDATE matter_member SET until_us = :now_us WHERE matter_id = :matter_id AND until_us IS NULL
AND person_id IN (SELECT p.id FROM person p WHERE p.outside = 0)

-- end_inside.postgresql: never run on PostgreSQL, where a function takes a wall down
SELECT 1 WHERE 1 = 0

-- guard: a matter is guarded as its wall stands (SQLite; on PostgreSQL the functions do it)
UPDATE matter SET guarded = :guarded WHERE id = :matter_id

-- guard_client: a client is guarded when every one of their matters is (SQLite; on PostgreSQL the functions do it)
UPDATE client SET guarded = CASE WHEN EXISTS (SELECT 1 FROM matter m WHERE m.client_id = client.id AND m.guarded = 0)
    THEN 0 ELSE 1 END WHERE id = (SELECT m.client_id FROM matter m WHERE m.id = :matter_id)

-- end_shut_out.postgresql: end the sessions whose open snapshot still shows the matter; true when all could be ended
SELECT casedesk_end_shut_out(:matter_id) AS ended

-- end_shut_out.sqlite: one file is one trust domain
SELECT 1 AS ended WHERE CAST(:matter_id AS bigint) IS NOT NULL

-- look_due: a guarded matter whose card, papers or packet this person has not been shown lately, as the trail says
SELECT m.id, m.ref FROM matter m WHERE m.id = :matter_id AND m.guarded = 1 AND NOT EXISTS (SELECT 1 FROM audit a
    WHERE a.matter_id = m.id AND a.actor = :actor AND a.action = 'matter.viewed' AND a.at_us > :since_us)

-- changes: what a matter's trail says of one of its walls, in order
SELECT at_us, actor, action, subject, payload FROM audit WHERE matter_id = :matter_id
AND ((subject = :wall AND action IN ('wall.raised', 'wall.admitted', 'wall.ended', 'wall.screened', 'wall.lowered'))
    OR (action = 'document.received_outside' AND at_us >= :opened_us
        AND (CAST(:closed_us AS bigint) IS NULL OR at_us <= :closed_us)))
ORDER BY seq

-- _waiting: papers outside every wall whose receipt number stands on a form behind one, and that were not looked at there
SELECT x.document_id, x.ref, x.received_us, x.matter_id, x.matter_ref, min(x.form_id) AS form_id FROM (
    SELECT d.id AS document_id, d.ref, d.received_us, m.id AS matter_id, m.ref AS matter_ref, f.id AS form_id
    FROM form f JOIN matter m ON m.id = f.matter_id AND m.guarded = 1 JOIN document d ON d.matter_id IS NULL
        AND d.origin = 'received' AND d.reading LIKE '%"receipt_number":"' || f.receipt_number || '"%'
    UNION
    SELECT d.id, d.ref, d.received_us, m.id, m.ref, f.id
    FROM form f JOIN matter m ON m.id = f.matter_id AND m.guarded = 1
        JOIN notice n ON n.receipt_number = f.receipt_number
        JOIN document d ON d.id = n.document_id AND d.origin = 'received'
        JOIN matter o ON o.id = d.matter_id AND o.guarded = 0) x
WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.matter_id = x.matter_id AND a.action = 'document.received_outside'
    AND a.subject = x.ref)

-- waiting: those papers, the oldest first
{_waiting}
GROUP BY x.document_id, x.ref, x.received_us, x.matter_id, x.matter_ref
ORDER BY x.received_us, x.document_id, x.matter_id LIMIT :limit

-- waiting_one: one of those papers, if it still waits
{_waiting} AND x.document_id = :document_id AND x.matter_id = :matter_id
GROUP BY x.document_id, x.ref, x.received_us, x.matter_id, x.matter_ref

-- twice: receipt numbers of forms behind a wall that stand on a form outside it as well, and nobody inside was told
SELECT DISTINCT m.id AS matter_id, m.ref AS matter_ref, f.receipt_number FROM form f
JOIN matter m ON m.id = f.matter_id AND m.guarded = 1
JOIN form g ON g.receipt_number = f.receipt_number AND g.matter_id <> m.id
JOIN matter o ON o.id = g.matter_id AND o.guarded = 0
WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.matter_id = m.id AND a.action = 'form.receipt_elsewhere'
    AND a.subject = f.receipt_number)
ORDER BY m.id, f.receipt_number LIMIT :limit

-- elsewhere: the matters outside every wall on whose forms a receipt number stands
SELECT DISTINCT o.ref FROM form g JOIN matter o ON o.id = g.matter_id
WHERE g.receipt_number = :receipt_number AND o.guarded = 0 ORDER BY o.ref

-- newcomers: who joined after a wall went up, stands outside it, and was not told
SELECT w.id AS wall_id, w.ref, w.matter_id, m.ref AS matter_ref, p.id AS person_id
FROM wall w JOIN matter m ON m.id = w.matter_id JOIN person p ON p.kind = 'staff' AND p.active = 1 AND p.outside = 0
WHERE w.closed_us IS NULL
AND NOT EXISTS (SELECT 1 FROM matter_member k WHERE k.matter_id = w.matter_id AND k.person_id = p.id AND k.until_us IS NULL)
AND NOT EXISTS (SELECT 1 FROM wall_screen s WHERE s.wall_id = w.id AND s.person_id = p.id)
ORDER BY w.id, p.id LIMIT :limit
