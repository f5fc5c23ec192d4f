-- listing: what a person was told in the app, newest first
SELECT o.id, o.created_us, o.subject, o.body, o.seen_us, t.ref AS task_ref, m.ref AS matter_ref
FROM outbox o LEFT JOIN task t ON t.id = o.task_id LEFT JOIN matter m ON m.id = o.matter_id
WHERE o.person_id = :person_id AND o.channel = 'in_app' ORDER BY o.created_us DESC, o.id DESC LIMIT :limit

-- seen: the person has read it
UPDATE outbox SET seen_us = :now_us WHERE id = :id AND person_id = :person_id AND seen_us IS NULL
