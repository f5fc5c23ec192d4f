-- absence: the absence a person's sheet is of: the one under way or ahead, or one that is over and not given back
SELECT a.id, a.person_id, a.first_day, a.last_day, a.cover_id, a.cancelled_us FROM absence a
WHERE a.person_id = :person_id AND a.cancelled_us IS NULL
ORDER BY CASE WHEN a.last_day >= :today THEN 0 ELSE 1 END,
    CASE WHEN a.last_day >= :today THEN a.first_day END, a.last_day DESC, a.id LIMIT 1

-- one: an absence by its id
SELECT id, person_id, first_day, last_day, cover_id, cancelled_us FROM absence WHERE id = :id

-- under_way: the absences of today, by people who hold open work
SELECT a.id, a.person_id, a.first_day, a.last_day, a.cover_id, a.cancelled_us FROM absence a
WHERE a.cancelled_us IS NULL AND a.first_day <= :today AND a.last_day >= :today
    AND EXISTS (SELECT 1 FROM task t WHERE t.owner_id = a.person_id
        AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold'))
ORDER BY a.first_day, a.id

-- over: the absences that are over or were called off, with lines that were not given back
SELECT DISTINCT a.id, a.person_id, a.first_day, a.last_day, a.cover_id, a.cancelled_us FROM absence a
JOIN handover h ON h.absence_id = a.id
WHERE h.returned_us IS NULL AND (a.last_day < :today OR a.cancelled_us IS NOT NULL) ORDER BY a.id

-- falling: a person's open tasks that fall due by an instant or are begun, the nearest first
SELECT t.id, t.ref, t.title, t.kind, t.matter_id, t.state, t.due_us, t.reserved, t.owner_id, t.covering_for_id, t.handoff_note,
    m.ref AS matter_ref
FROM task t LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.owner_id = :person_id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
    AND (t.due_us <= :until_us OR t.state = 'in_progress')
ORDER BY t.due_us, t.id

-- lines: the lines of a sheet as their tasks stand now
SELECT h.id, h.task_id, h.matter_id, h.from_id, h.to_id, h.note, h.at_us, h.returned_us, h.version, t.ref, t.title, t.kind,
    t.state, t.due_us, t.owner_id, t.reserved, t.covering_for_id, t.handoff_note, m.ref AS matter_ref
FROM handover h JOIN task t ON t.id = h.task_id LEFT JOIN matter m ON m.id = t.matter_id
WHERE h.absence_id = :absence_id ORDER BY t.due_us, t.id

-- last_note: what was last said of a task on a sheet of this person's
SELECT note FROM handover WHERE task_id = :task_id AND from_id = :from_id AND note <> '' ORDER BY at_us DESC LIMIT 1

-- shorten: an absence ends earlier
UPDATE absence SET last_day = :last_day WHERE id = :id

-- call_off: an absence that did not come to be
UPDATE absence SET cancelled_us = :now_us WHERE id = :id

-- cover: a task goes to whoever covers; what was acknowledged stays acknowledged
UPDATE task SET owner_id = :owner_id, owner_reason = :owner_reason, covering_for_id = :covering_for_id, handoff_note = :note,
    state = :state, version = version + 1 WHERE id = :id
