-- last: until when somebody has seen what others did
SELECT at_us FROM seen WHERE person_id = :person_id

-- saw: somebody has seen what was done until then; an earlier word than the one that stands changes nothing
INSERT INTO seen (person_id, at_us) VALUES (:person_id, :at_us)
ON CONFLICT (person_id) DO UPDATE SET at_us = excluded.at_us WHERE seen.at_us < excluded.at_us

-- moved: what others did since then with tasks that came to somebody, left them or are theirs, newest first
SELECT a.at_us, a.actor, a.action, a.payload, t.ref, t.title, t.owner_id, t.state, m.ref AS matter_ref, m.caption
FROM audit a JOIN task t ON t.ref = a.subject LEFT JOIN matter m ON m.id = t.matter_id
WHERE a.at_us > :since_us AND a.actor <> :handle
    AND a.action IN ('task.opened', 'task.assigned', 'task.handed_off', 'task.reassigned', 'task.delegated',
        'task.covered', 'task.returned', 'task.escalated', 'task.done', 'task.cancelled')
    AND (a.payload LIKE :named OR t.owner_id = :person_id)
ORDER BY a.at_us DESC LIMIT :limit

-- unplaced: somebody's open tasks of no matter that came since then; only managers read of those in the trail
SELECT t.ref, t.title, t.owner_reason, t.created_us FROM task t
WHERE t.owner_id = :person_id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND t.matter_id IS NULL AND t.created_us > :since_us ORDER BY t.created_us DESC LIMIT :limit

-- late: somebody's open tasks of which something fired late since then, and by how much at the worst
SELECT t.ref, t.title, m.ref AS matter_ref, m.caption, max(x.fired_us) AS at_us, max(x.late_us) AS late_us
FROM task t JOIN timer x ON x.task_id = t.id LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.owner_id = :person_id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND x.state = 'fired' AND x.fired_us > :since_us AND x.late_us > :late_us
GROUP BY t.ref, t.title, m.ref, m.caption ORDER BY at_us DESC LIMIT :limit
