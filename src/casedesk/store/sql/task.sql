-- _row: everything a queue row shows
SELECT t.id, t.ref, t.matter_id, t.run_id, t.notice_id, t.deadline_id, t.kind, t.title, t.step, t.owner_id,
    t.owner_reason, t.state, t.reserved, t.priority, t.hours_tenths, t.acknowledge_by_us, t.acknowledged_us, t.due_us,
    t.internal_due, t.agency_due, t.arrived_late, t.waiting_on, t.waiting_since_us, t.wake_up_us, t.handoff_note,
    t.generation, t.created_us, t.done_us, t.version, m.ref AS matter_ref, m.caption, m.language,
    m.type AS matter_type, m.priority AS matter_priority, m.circumstances, f.form, l.authority, r.playbook,
    (SELECT count(*) FROM task_item i WHERE i.task_id = t.id) AS items_total,
    (SELECT count(*) FROM task_item i WHERE i.task_id = t.id AND i.state <> 'open') AS items_done
FROM task t LEFT JOIN matter m ON m.id = t.matter_id
LEFT JOIN playbook_run r ON r.id = t.run_id LEFT JOIN form f ON f.id = r.form_id
LEFT JOIN deadline l ON l.id = t.deadline_id

-- find: a task by ref or id, with everything a queue row shows
{_row}
WHERE t.ref = :ref OR t.id = :id

-- mine: one person's open tasks by due instant
{_row}
WHERE t.owner_id = :owner_id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
ORDER BY t.due_us, t.id LIMIT :limit

-- everybodys: all open tasks by due instant, a keyset page
{_row}
WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND (t.due_us > :after_us OR (t.due_us = :after_us AND t.id > :after_id))
ORDER BY t.due_us, t.id LIMIT :limit

-- of_matter: a matter's open tasks by due instant
{_row}
WHERE t.matter_id = :matter_id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
ORDER BY t.due_us, t.id LIMIT :limit

-- counts: the numbers above the queue; each names all open states, or the index of open tasks is not used
SELECT
    (SELECT count(*) FROM task t WHERE t.owner_id = :me AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS mine,
    (SELECT count(*) FROM task t WHERE t.owner_id = :me AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
        AND t.state = 'new' AND t.acknowledge_by_us IS NOT NULL) AS unacknowledged,
    (SELECT count(*) FROM task t WHERE t.owner_id = :me AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
        AND t.state NOT IN ('waiting', 'on_hold') AND t.due_us <= :week_us) AS due_this_week,
    (SELECT count(*) FROM task t WHERE t.owner_id = :me AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
        AND t.state IN ('waiting', 'on_hold')) AS waiting,
    (SELECT count(*) FROM task t WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS team,
    (SELECT count(*) FROM review v WHERE v.owner_id = :me AND v.state = 'open') AS reviews,
    (SELECT count(*) FROM outbox o WHERE o.person_id = :me AND o.channel = 'in_app' AND o.seen_us IS NULL) AS unread

-- items: a task's checklist
SELECT i.id, i.task_id, i.code, i.text, i.hint, i.required, i.reserved, i.wants_file, i.state, i.note, i.reason,
    i.document_id, i.done_by, i.done_us, i.version, d.ref AS document_ref
FROM task_item i LEFT JOIN document d ON d.id = i.document_id WHERE i.task_id = :task_id ORDER BY i.position

-- lock: hold the row while deciding whether it is still so (PostgreSQL; on SQLite the pen is ours already)
SELECT id, state, generation, version FROM task WHERE id = :id

-- lock.postgresql: hold the row while deciding whether it is still so
SELECT id, state, generation, version FROM task WHERE id = :id FOR UPDATE

-- open_items: required items still open
SELECT code, text FROM task_item WHERE task_id = :task_id AND required = 1 AND state = 'open' ORDER BY position

-- packet_of: the packet a drafting task, or a task of the same run, works on
SELECT k.id, k.ref FROM packet k WHERE k.task_id = :task_id OR (CAST(:run_id AS bigint) IS NOT NULL AND k.run_id = :run_id)
ORDER BY k.created_us DESC LIMIT 1

-- reviews_of: the open reviews of a task
SELECT id, ref, kind, owner_id FROM review WHERE task_id = :task_id AND state = 'open' ORDER BY opened_us

-- match_tasks: the open tasks that ask where a document belongs
SELECT t.id, t.ref FROM task t JOIN playbook_run r ON r.id = t.run_id
WHERE r.playbook = 'notice_unmatched' AND r.document_id = :document_id
    AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')

-- standing: what a gesture may change of a task, for undo
SELECT state, owner_id, owner_reason, acknowledged_us, acknowledged_by, waiting_on, waiting_since_us, wake_up_us,
    handoff_note, done_us, done_by FROM task WHERE id = :id

-- last_gesture: what this person last did to a task, for undo
SELECT e.id, e.trigger, e.outcome, e.at_us FROM event e
WHERE e.subject = :subject AND e.actor_id = :actor_id AND e.trigger LIKE 'gesture.%'
ORDER BY e.at_us DESC, e.id DESC LIMIT 1

-- of_run_step: the open task of a run's step
SELECT id, ref FROM task WHERE run_id = :run_id AND step = :step
    AND state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')

-- add_generation: a new owner, and the chain's new generation
UPDATE task SET owner_id = :owner_id, owner_reason = :owner_reason, state = 'new', acknowledged_us = NULL,
    acknowledged_by = NULL, handoff_note = :note, version = version + 1 WHERE id = :id

-- _asked: what a question asks of an open task; the place it stands at is held against the bounds of a page beside it
t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND (CAST(:kind AS text) IS NULL OR t.kind = :kind OR r.playbook = :kind
        OR substr(t.kind, 1, length(CAST(:kind AS text)) + 1) = CAST(:kind AS text) || '_'
        OR substr(r.playbook, 1, length(CAST(:kind AS text)) + 1) = CAST(:kind AS text) || '_')
    AND (CAST(:state AS text) IS NULL OR t.state = :state)
    AND (CAST(:priority AS text) IS NULL OR t.priority = :priority)
    AND (CAST(:type AS text) IS NULL OR m.type = :type)
    AND (CAST(:matter AS text) IS NULL OR m.ref = :matter)
    AND (CAST(:form AS text) IS NULL OR f.form = :form)
    AND (CAST(:language AS text) IS NULL OR m.language = :language)
    AND (CAST(:word AS text) IS NULL OR lower({_hay}) LIKE :word ESCAPE '\' OR octet_length({_hay}) <> length({_hay}))

-- _hay: where a word is looked for; what is not plain ASCII is compared by the desk, which knows marks and cases
t.ref || ' ' || t.title || coalesce(' ' || m.ref, '') || coalesce(' ' || m.caption, '') || coalesce(' ' || f.form, '')

-- _ahead: behind one place in the order of dates, and not behind another
(t.due_us, t.id) > (:us, :id) AND (t.due_us, t.id) <= (:to_us, :to_id)

-- _behind: the same on the way up
(t.due_us, t.id) < (:us, :id) AND (t.due_us, t.id) >= (:to_us, :to_id)

-- _down: in the order of dates
ORDER BY t.due_us, t.id LIMIT :limit

-- _up: against it
ORDER BY t.due_us DESC, t.id DESC LIMIT :limit

-- _first: the next step of its matter: no open task of it stands in front
NOT EXISTS (SELECT 1 FROM task s WHERE s.matter_id = t.matter_id AND (s.due_us, s.id) < (t.due_us, t.id)
    AND s.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold'))
    AND t.matter_id IS NOT NULL AND (CAST(:whose AS bigint) IS NULL
        OR CAST(:whose AS bigint) IN (SELECT w.person_id FROM matter_owner w WHERE w.matter_id = t.matter_id))

-- asked: open tasks as a question asks for them, a page on
{_row}
WHERE {_asked} AND {_ahead} {_down}

-- asked_back: the same, a page back
{_row}
WHERE {_asked} AND {_behind} {_up}

-- asked_of: open tasks of one owner as a question asks for them, a page on
{_row}
WHERE t.owner_id = :owner_id AND {_asked} AND {_ahead} {_down}

-- asked_of_back: the same, a page back
{_row}
WHERE t.owner_id = :owner_id AND {_asked} AND {_behind} {_up}

-- steps: each matter's next step as a question asks for it, a page on
{_row}
WHERE {_asked} AND {_ahead} AND {_first} {_down}

-- steps_back: the same, a page back
{_row}
WHERE {_asked} AND {_behind} AND {_first} {_up}

-- stride: where the open task stands that many behind a place, so that one look never goes through all there are
SELECT t.due_us, t.id FROM task t WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND {_ahead} ORDER BY t.due_us, t.id LIMIT 1 OFFSET :many

-- stride_back: the same on the way up
SELECT t.due_us, t.id FROM task t WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND {_behind} ORDER BY t.due_us DESC, t.id DESC LIMIT 1 OFFSET :many

-- stands: how many open tasks there are, and how many of them in front of a place
SELECT count(*) AS total, (SELECT count(*) FROM task t WHERE (t.due_us, t.id) < (:us, :id)
    AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS above
FROM task t WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')

-- kinds: the kinds of the nearest open tasks
SELECT DISTINCT k.kind FROM (SELECT t.kind FROM task t
    WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    ORDER BY t.due_us, t.id LIMIT :many) k
