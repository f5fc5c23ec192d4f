-- _row: one piece of delegated work, with its task and matter
SELECT s.id, s.ref, s.matter_id, s.task_id, s.act, s.delegate_id, s.supervisor_id, s.instructions, s.authority_sha256,
    s.given_by, s.given_us, s.checked_by, s.checked_us, s.outcome, s.remarks, s.version, t.ref AS task_ref, t.title,
    t.state AS task_state, t.owner_id, m.ref AS matter_ref, m.caption
FROM supervision s JOIN task t ON t.id = s.task_id LEFT JOIN matter m ON m.id = s.matter_id

-- find: one, by ref or id
{_row}
WHERE s.ref = :ref OR s.id = :id

-- open_of_task: the delegation of a task that nobody has checked yet
{_row}
WHERE s.task_id = :task_id AND s.checked_us IS NULL ORDER BY s.given_us DESC LIMIT 1

-- last_of_task: the delegation of a task that is not checked yet, else the newest
{_row}
WHERE s.task_id = :task_id ORDER BY CASE WHEN s.checked_us IS NULL THEN 0 ELSE 1 END, s.given_us DESC, s.id LIMIT 1

-- listing: newest first; of one supervisor or delegate, of one matter, open ones or all, a keyset page
{_row}
WHERE (CAST(:supervisor_id AS bigint) IS NULL OR s.supervisor_id = :supervisor_id)
    AND (CAST(:delegate_id AS bigint) IS NULL OR s.delegate_id = :delegate_id)
    AND (CAST(:matter_id AS bigint) IS NULL OR s.matter_id = :matter_id)
    AND (CAST(:open_only AS bigint) = 0 OR s.checked_us IS NULL)
    AND (CAST(:after_us AS bigint) IS NULL OR s.given_us < :after_us OR (s.given_us = :after_us AND s.id > :after_id))
ORDER BY s.given_us DESC, s.id LIMIT :limit

-- open_under: what one supervisor has not checked yet
SELECT s.ref, t.ref AS task_ref FROM supervision s JOIN task t ON t.id = s.task_id
WHERE s.supervisor_id = :supervisor_id AND s.checked_us IS NULL ORDER BY s.given_us, s.id

-- check: what the supervisor found
UPDATE supervision SET checked_by = :checked_by, checked_us = :checked_us, outcome = :outcome, remarks = :remarks,
    version = version + 1 WHERE id = :id AND checked_us IS NULL

-- reopen: work that was done comes back
UPDATE task SET state = 'in_progress', done_us = NULL, done_by = NULL, version = version + 1 WHERE id = :id AND state = 'done'

-- trainings: what people acknowledged or were trained in, newest first; of one person or of all
SELECT r.id, r.person_id, r.course, r.edition, r.acknowledged_us, r.expires, r.recorded_by, p.handle
FROM training r JOIN person p ON p.id = r.person_id
WHERE p.active = 1 AND (CAST(:person_id AS bigint) IS NULL OR r.person_id = :person_id)
ORDER BY r.acknowledged_us DESC, r.id

-- reviewers: who is active and qualified for second review by the firm's own training alone
SELECT DISTINCT p.id, p.handle FROM person p JOIN licence l ON l.person_id = p.id
WHERE p.active = 1 AND l.active = 1 AND l.kind = 'reviewer' AND (l.expires IS NULL OR l.expires >= :today) ORDER BY p.handle
