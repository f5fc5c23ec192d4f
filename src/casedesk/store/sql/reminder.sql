-- untold: what a person was told in the app, has not read, and of which no mail was made
SELECT o.id, o.message_id, o.about, o.matter_id, o.task_id, o.created_us, t.ref AS task_ref, m.ref AS matter_ref,
    COALESCE(m.guarded, 0) AS guarded, t.due_us, t.agency_due,
    CASE WHEN t.priority = 'emergency' OR m.priority = 'emergency' THEN 1 ELSE 0 END AS emergency
FROM outbox o LEFT JOIN task t ON t.id = o.task_id LEFT JOIN matter m ON m.id = o.matter_id
WHERE o.person_id = :person_id AND o.channel = 'in_app' AND o.created_us >= :since_us AND o.seen_us IS NULL
    AND (:every = 1 OR o.about IN ('alert', 'reassign', 'alarm', 'digest', 'trail.broken'))
    AND (o.task_id IS NULL OR t.matter_id IS NOT DISTINCT FROM o.matter_id)
    AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.key = o.message_id)
ORDER BY o.created_us, o.id LIMIT :limit

-- undesked: the same, of which no notice was shown on the desktop
SELECT o.id, o.message_id, o.about, o.matter_id, o.task_id, t.ref AS task_ref
FROM outbox o LEFT JOIN task t ON t.id = o.task_id
WHERE o.person_id = :person_id AND o.channel = 'in_app' AND o.created_us >= :since_us AND o.seen_us IS NULL
    AND o.about IN ('alert', 'reassign', 'alarm', 'digest', 'trail.broken')
    AND (o.task_id IS NULL OR t.matter_id IS NOT DISTINCT FROM o.matter_id)
    AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.key = o.message_id || '#desktop')
ORDER BY o.created_us, o.id LIMIT :limit

-- unread: how much of each kind a person was told since an instant and has not read; nothing from behind a wall they stand outside of
SELECT o.about, count(*) AS n FROM outbox o
WHERE o.person_id = :person_id AND o.channel = 'in_app' AND o.created_us >= :since_us AND o.seen_us IS NULL
    AND (o.matter_id IS NULL OR EXISTS (SELECT 1 FROM matter m WHERE m.id = o.matter_id AND ((m.guarded = 0 AND :outside = 0)
        OR EXISTS (SELECT 1 FROM matter_member w WHERE w.matter_id = m.id AND w.person_id = :person_id
            AND w.until_us IS NULL))))
GROUP BY o.about ORDER BY o.about

-- work: a person's open tasks that are due before an instant
SELECT t.ref, t.kind, t.due_us, t.agency_due, m.ref AS matter_ref, COALESCE(m.guarded, 0) AS guarded
FROM task t LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.owner_id = :person_id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND t.state NOT IN ('waiting', 'on_hold') AND t.due_us < :until_us
ORDER BY t.due_us, t.id LIMIT :limit

-- news: what people were told of matters without a wall, of which a program was not told yet
SELECT o.id, o.message_id, o.about, o.matter_id, o.task_id, o.created_us, p.handle, t.ref AS task_ref, m.ref AS matter_ref
FROM person p JOIN outbox o ON o.person_id = p.id LEFT JOIN task t ON t.id = o.task_id LEFT JOIN matter m ON m.id = o.matter_id
WHERE o.created_us >= :since_us AND o.channel = 'in_app' AND (o.matter_id IS NULL OR m.guarded = 0) AND o.about <> 'wall'
    AND (:kinds = '[]' OR :kinds LIKE '%"' || o.about || '"%')
    AND (o.task_id IS NULL OR t.matter_id IS NOT DISTINCT FROM o.matter_id)
    AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.key = o.message_id || '#' || :ref)
ORDER BY o.created_us, o.id LIMIT :limit
