-- _deadlines: a deadline's columns
SELECT d.id, d.ref, d.matter_id, d.kind, d.title, d.authority, d.agency_due, d.internal_due, d.state, d.rule,
    d.rule_version, d.citation, d.confidence, d.steps, d.sentence, d.arrived_late, d.confirmed_by, d.met_on,
    d.created_by, d.version, d.form_id, d.notice_id, d.printed, d.trigger_on, d.served, d.filing, d.opens, d.critical,
    d.tickler, d.follows_id, d.appointment_id, d.supersedes_id, d.proposed, d.met_by, m.ref AS matter_ref, m.caption,
    m.status AS matter_status, w.ref AS follows_ref,
    CASE WHEN d.state = 'superseded' THEN (SELECT max(n.ref) FROM deadline n WHERE n.matter_id = d.matter_id
        AND n.state <> 'superseded' AND n.supersedes_id = COALESCE(d.supersedes_id, d.id)) END AS superseded_by
FROM deadline d LEFT JOIN deadline w ON w.id = d.follows_id

-- find: a deadline by ref or id
{_deadlines} LEFT JOIN matter m ON m.id = d.matter_id WHERE d.ref = :ref OR d.id = :id

-- of_matter: a matter's dates, the nearest first, those that are past work last
{_deadlines} JOIN matter m ON m.id = d.matter_id WHERE d.matter_id = :matter_id
ORDER BY CASE WHEN d.state IN ('provisional', 'open', 'conflict') THEN 0 ELSE 1 END, d.agency_due, d.id

-- listing: the dates that are still ahead or missed, the nearest first; a matter's own all of them
{_deadlines} LEFT JOIN matter m ON m.id = d.matter_id
WHERE ((CAST(:matter_id AS bigint) IS NULL AND d.state IN ('provisional', 'open', 'conflict'))
    OR d.matter_id = :matter_id) AND (:ticklers = 0 OR d.tickler = 1)
AND (CAST(:after_due AS text) IS NULL OR d.agency_due > :after_due
    OR (d.agency_due = :after_due AND d.id > :after_id))
ORDER BY d.agency_due, d.id LIMIT :limit

-- pending_packet: the packet that answers a deadline and has not been delivered
SELECT k.ref FROM deadline l JOIN packet k ON k.deadline_id = l.id OR (k.matter_id = l.matter_id AND k.deadline_id IN (
    SELECT x.id FROM deadline x WHERE x.id = l.supersedes_id
        OR (x.matter_id = l.matter_id AND x.supersedes_id = l.supersedes_id)))
WHERE l.id = :deadline_id AND NOT EXISTS (SELECT 1 FROM filing f
    WHERE f.packet_id = k.id AND f.state IN ('delivered', 'receipted')) ORDER BY k.created_us DESC LIMIT 1

-- whole: every column of a deadline, for the one that takes its place
SELECT id, ref, matter_id, form_id, notice_id, kind, title, authority, agency_due, internal_due, rule, rule_version,
    citation, confidence, steps, sentence, printed, state, arrived_late, trigger_on, served, filing, opens, critical,
    tickler, follows_id, appointment_id, supersedes_id, proposed, version
FROM deadline WHERE id = :id

-- lock: hold the row while deciding whether it is still so (PostgreSQL; on SQLite the pen is ours already)
SELECT id FROM deadline WHERE id = :id

-- lock.postgresql: hold the row while deciding whether it is still so
SELECT id FROM deadline WHERE id = :id FOR UPDATE

-- live_of: the date that stands today of one and all that it superseded
SELECT n.id, n.ref, n.state FROM deadline x JOIN deadline n ON n.id = x.id OR (n.matter_id = x.matter_id
    AND n.supersedes_id = COALESCE(x.supersedes_id, x.id))
WHERE x.id = :id AND n.state <> 'superseded' ORDER BY n.created_us DESC, n.id LIMIT 1

-- followers: the open dates that move with one
SELECT d.id FROM deadline d WHERE d.follows_id = :id AND d.state IN ('provisional', 'open', 'conflict')
ORDER BY d.agency_due, d.id

-- refollow: who followed a date follows the one that took its place
UPDATE deadline SET follows_id = :new_id, version = version + 1 WHERE follows_id = :old_id

-- miss: the day is over and nobody met it
UPDATE deadline SET state = 'missed', version = version + 1
WHERE id = :id AND state IN ('provisional', 'open', 'conflict')

-- counted: the open dates that a rule set, of matters that are open, and every tickler
SELECT d.id, d.rule, d.rule_version, d.trigger_on FROM deadline d LEFT JOIN matter m ON m.id = d.matter_id
WHERE d.state IN ('provisional', 'open', 'conflict') AND d.rule IS NOT NULL AND d.trigger_on IS NOT NULL
    AND (d.tickler = 1 OR m.status <> 'closed')
ORDER BY d.agency_due, d.id

-- known_tickler: whether a matter's form has a tickler of that kind for that day already
SELECT d.id FROM deadline d WHERE d.matter_id = :matter_id AND d.kind = :kind AND d.trigger_on = :trigger_on
    AND d.tickler = 1 AND (d.form_id = :form_id OR (d.form_id IS NULL AND CAST(:form_id AS bigint) IS NULL))
    AND d.state <> 'superseded'

-- playbook_of: the playbook whose run answers a deadline
SELECT r.playbook, r.version FROM playbook_run r WHERE r.deadline_id = :deadline_id ORDER BY r.started_us DESC, r.id LIMIT 1

-- timer_generation: how often a deadline's reminders were armed
SELECT max(generation) AS n FROM timer WHERE chain = 'deadline' AND subject_id = :deadline_id

-- stand_down: a deadline's reminders that need not fire any more
UPDATE timer SET state = 'cancelled', outcome = :why
WHERE chain = 'deadline' AND subject_id = :deadline_id AND state = 'armed'

-- stand_down.postgresql: the same; one that a sweep holds stands down by itself when it sees the date
UPDATE timer SET state = 'cancelled', outcome = :why WHERE id IN (SELECT id FROM timer
    WHERE chain = 'deadline' AND subject_id = :deadline_id AND state = 'armed' FOR UPDATE SKIP LOCKED)

-- tasks: the open tasks that work towards a deadline
SELECT id, ref, owner_id, version FROM task WHERE deadline_id = :deadline_id
    AND state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')

-- move_tasks: open work looks to the date that took the other's place
UPDATE task SET deadline_id = :new_id, agency_due = :agency_due, internal_due = :internal_due, version = version + 1
WHERE deadline_id = :old_id AND state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')

-- move_runs: and so do the steps that are still to come
UPDATE playbook_run SET deadline_id = :new_id WHERE deadline_id = :old_id

-- task_timers: what is armed before the agency's date of an open task
SELECT id, chain, step FROM timer WHERE task_id = :task_id AND state = 'armed' AND condition = 'incomplete'

-- armed: the reminders of dates that are armed, the next one first
SELECT t.id, t.subject_id, t.condition, t.fire_at_us, t.generation FROM timer t
WHERE t.chain = 'deadline' AND t.state = 'armed' ORDER BY t.fire_at_us, t.id LIMIT :limit

-- next_of: the nearest internal date of a matter that stands
SELECT min(d.internal_due) AS day FROM deadline d
WHERE d.matter_id = :matter_id AND d.state IN ('provisional', 'open', 'conflict')
