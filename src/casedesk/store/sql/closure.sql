-- standing: when the firm or an office of it is shut, as calendars are compiled
SELECT office_id, first_day, last_day FROM closure WHERE cancelled_us IS NULL ORDER BY first_day, last_day, id

-- _row: a closure as it is shown
SELECT c.id, c.ref, c.office_id, o.name AS office, c.first_day, c.last_day, c.reason, c.created_by, c.cancelled_us,
    c.version
FROM closure c LEFT JOIN office o ON o.id = c.office_id

-- listing: closures not over yet, or all of them with those cancelled, by day
{_row}
WHERE (CAST(:every AS bigint) = 1 OR (c.cancelled_us IS NULL AND c.last_day >= :today)) ORDER BY c.first_day, c.id

-- find: one closure by ref or id
{_row}
WHERE c.ref = :ref OR c.id = :id

-- overlapping: a closure of the same place that shares a day
{_row}
WHERE c.cancelled_us IS NULL AND c.first_day <= :last_day AND c.last_day >= :first_day
    AND (c.office_id IS NULL OR c.office_id = :office_id)
ORDER BY c.first_day, c.id LIMIT 1

-- tasks_inside: open tasks due in a stretch of time, with whose they are
SELECT t.ref, t.title, t.due_us, m.ref AS matter_ref, t.owner_id, p.office_id FROM task t
JOIN person p ON p.id = t.owner_id LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND t.due_us >= :from_us AND t.due_us < :until_us
ORDER BY t.due_us, t.id

-- timers_inside: armed reminders that fire in a stretch of time: of tasks, of dates, of appointments
SELECT COALESCE(t.ref, l.ref, a.ref) AS ref, r.chain, r.step, r.fire_at_us, m.ref AS matter_ref, p.id AS owner_id,
    p.office_id
FROM timer r LEFT JOIN task t ON t.id = r.task_id LEFT JOIN matter m ON m.id = r.matter_id
LEFT JOIN deadline l ON r.chain = 'deadline' AND l.id = r.subject_id
LEFT JOIN appointment a ON r.chain = 'appointment' AND a.id = r.subject_id
LEFT JOIN matter_owner o ON o.matter_id = r.matter_id AND o.kind = 'lead_attorney'
LEFT JOIN person p ON p.id = COALESCE(t.owner_id, a.person_id, o.person_id)
WHERE r.state = 'armed' AND r.fire_at_us >= :from_us AND r.fire_at_us < :until_us
ORDER BY r.fire_at_us, r.id

-- appointments_inside: where somebody is to be in a stretch of time
SELECT a.ref, a.kind, a.at_us, m.ref AS matter_ref, p.id AS owner_id, p.office_id FROM appointment a
JOIN matter m ON m.id = a.matter_id LEFT JOIN matter_owner o ON o.matter_id = a.matter_id AND o.kind = 'lead_attorney'
LEFT JOIN person p ON p.id = COALESCE(a.person_id, o.person_id)
WHERE a.status IN ('scheduled', 'confirmed') AND a.at_us >= :from_us AND a.at_us < :until_us
ORDER BY a.at_us, a.id

-- dates_inside: open dates whose own or agency's day lies in a stretch of days
SELECT d.ref, d.title, d.internal_due, d.agency_due, d.authority, m.ref AS matter_ref,
    (SELECT o.person_id FROM matter_owner o WHERE o.matter_id = d.matter_id AND o.kind = 'lead_attorney') AS owner_id
FROM deadline d LEFT JOIN matter m ON m.id = d.matter_id
WHERE d.state IN ('provisional', 'open', 'conflict')
    AND ((d.internal_due >= :first_day AND d.internal_due <= :last_day)
        OR (d.agency_due >= :first_day AND d.agency_due <= :last_day))
ORDER BY d.internal_due, d.id

-- cancel: the firm works on those days after all
UPDATE closure SET cancelled_us = :now_us, version = version + 1 WHERE id = :id AND cancelled_us IS NULL
