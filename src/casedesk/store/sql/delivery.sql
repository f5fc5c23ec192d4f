-- find: one delivery, by id or by the key that names it
SELECT id, key, channel, matter_id, task_id, person_id, webhook_id, about, address, subject, body, calendar, method,
    state, due_us, attempts, claimed_by, claimed_us, sent_us, error, created_us, settled_by
FROM delivery WHERE id = :id OR key = :key
