-- _matters: a matter's columns
SELECT m.id, m.ref, m.type, m.caption, m.client_id, m.language, m.priority, m.status, m.office_id, m.opened_us,
    m.guarded, m.version, m.circumstances, c.name AS client_name
FROM matter m JOIN client c ON c.id = m.client_id

-- find: a matter by its ref, its id, or the receipt number of one of its forms
{_matters}
WHERE m.ref = :ref OR m.id = :id
    OR m.id IN (SELECT f.matter_id FROM form f WHERE f.receipt_number = CAST(:receipt AS text))
ORDER BY m.guarded, m.id LIMIT 1

-- owners: who owns a matter, by kind
SELECT kind, person_id FROM matter_owner WHERE matter_id = :matter_id

-- next_number: the next matter number of a year
INSERT INTO matter_number (year, last) VALUES (:year, 1)
ON CONFLICT (year) DO UPDATE SET last = matter_number.last + 1 RETURNING last

-- set_owner: who owns a matter in one kind
INSERT INTO matter_owner (matter_id, kind, person_id) VALUES (:matter_id, :kind, :person_id)
ON CONFLICT (matter_id, kind) DO UPDATE SET person_id = excluded.person_id

-- set_priority: a rule or a person changes a matter's priority
UPDATE matter SET priority = :priority, version = version + 1 WHERE id = :id

-- set_circumstances: what makes a matter pressing
UPDATE matter SET circumstances = :circumstances, version = version + 1 WHERE id = :id

-- last_opened: when the newest matter was opened
SELECT opened_us AS at_us FROM matter WHERE guarded = 0 ORDER BY opened_us DESC LIMIT 1

-- last_given: when each person last became this owner of a matter, for the turn of the least recently assigned
SELECT person_id, last_us AS at_us FROM matter_given WHERE kind = :kind

-- listing: matters, newest first
{_matters}
WHERE (CAST(:status AS text) IS NULL OR m.status = :status)
AND (CAST(:after_us AS bigint) IS NULL OR m.opened_us < :after_us
    OR (m.opened_us = :after_us AND m.id < :after_id))
ORDER BY m.opened_us DESC, m.id DESC LIMIT :limit

-- links: the matters one is linked to, as far as they are shown on its side
SELECT l.relation, m.ref, m.caption, m.id FROM matter_link l JOIN matter m ON m.id = l.other_id
WHERE l.matter_id = :matter_id AND l.hidden = 0 ORDER BY l.relation, m.ref

-- contact_rules: what may be said to whom, and how
SELECT r.rule, p.name AS party FROM contact_rule r LEFT JOIN party p ON p.id = r.party_id
WHERE r.matter_id = :matter_id AND r.ended_us IS NULL ORDER BY r.set_us, r.id

-- waiting: what a matter's work waits for, the longest first
SELECT t.waiting_on, t.wake_up_us FROM task t WHERE t.matter_id = :matter_id AND t.state = 'waiting'
AND t.waiting_on IS NOT NULL ORDER BY t.waiting_since_us, t.id LIMIT 1

-- open_work: what keeps a matter from being closed: open tasks, dates not met, appointments ahead, papers and words on their way
SELECT 'task' AS what, t.ref, t.title FROM task t WHERE t.matter_id = :matter_id
    AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
UNION ALL
SELECT 'deadline', d.ref, d.title FROM deadline d WHERE d.matter_id = :matter_id
    AND d.state IN ('provisional', 'open', 'conflict') AND d.tickler = 0
UNION ALL
SELECT 'appointment', a.ref, a.title FROM appointment a WHERE a.matter_id = :matter_id AND a.outcome = ''
    AND a.at_us > :now_us
UNION ALL
SELECT 'filing', f.ref, f.tracking FROM filing f WHERE f.matter_id = :matter_id AND f.state IN ('shipped', 'uploaded')
UNION ALL
SELECT 'message', s.ref, s.template FROM message s WHERE s.matter_id = :matter_id AND s.state = 'approved'
ORDER BY 1, 2

-- open_tasks: a matter's open tasks, for its closing
SELECT t.id, t.ref, t.title, t.kind, t.owner_id, t.state, t.version FROM task t WHERE t.matter_id = :matter_id
    AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold') ORDER BY t.due_us, t.id

-- open_reviews: reviews of a matter that nobody has decided
SELECT v.ref FROM review v WHERE v.matter_id = :matter_id AND v.state = 'open' ORDER BY v.ref

-- supersede_reviews: what is closed is reviewed by nobody
UPDATE review SET state = 'superseded' WHERE matter_id = :matter_id AND state = 'open'

-- held_messages: words for the client that nobody has released
SELECT s.id, s.ref, s.version FROM message s WHERE s.matter_id = :matter_id AND s.state = 'awaiting_approval' ORDER BY s.ref

-- close_runs: no playbook goes on in a closed matter
UPDATE playbook_run SET closed_us = :now_us WHERE matter_id = :matter_id AND closed_us IS NULL

-- stop_timers: nothing of a closed matter fires any more but the reminders of what outlives it
UPDATE timer SET state = 'cancelled', outcome = :why WHERE matter_id = :matter_id AND state = 'armed'
    AND NOT (chain = 'deadline' AND subject_id IN (SELECT d.id FROM deadline d WHERE d.matter_id = :matter_id AND d.tickler = 1))

-- stop_timers.postgresql: the same; one that a sweep holds stands down by itself when it sees what it is about
UPDATE timer SET state = 'cancelled', outcome = :why WHERE id IN (
    SELECT id FROM timer WHERE matter_id = :matter_id AND state = 'armed'
    AND NOT (chain = 'deadline' AND subject_id IN (SELECT d.id FROM deadline d WHERE d.matter_id = :matter_id AND d.tickler = 1))
    FOR UPDATE SKIP LOCKED)

-- _idle: an open matter in which nothing is planned
m.status = 'open' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.matter_id = m.id
        AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold'))

-- idle: open matters in which nothing is planned, by number, a page on; not behind `to_ref`
{_matters}
WHERE {_idle} AND m.ref > :ref AND m.ref <= :to_ref ORDER BY m.ref LIMIT :limit

-- idle_back: the same, a page back
{_matters}
WHERE {_idle} AND m.ref < :ref AND m.ref >= :to_ref ORDER BY m.ref DESC LIMIT :limit

-- stride: the matter that stands that many behind a number
SELECT m.ref FROM matter m WHERE m.ref > :ref AND m.ref <= :to_ref ORDER BY m.ref LIMIT 1 OFFSET :many

-- stride_back: the same on the way up
SELECT m.ref FROM matter m WHERE m.ref < :ref AND m.ref >= :to_ref ORDER BY m.ref DESC LIMIT 1 OFFSET :many
