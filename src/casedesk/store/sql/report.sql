-- places: everybody's office and teams, for dividing a report
SELECT p.handle, o.name AS office, t.name AS team FROM person p
LEFT JOIN office o ON o.id = COALESCE(p.office_id, (SELECT f.id FROM office f ORDER BY f.name, f.id LIMIT 1))
LEFT JOIN team_member w ON w.person_id = p.id LEFT JOIN team t ON t.id = w.team_id
ORDER BY p.handle, t.name

-- windows: tasks whose window for an acknowledgement ended in a stretch of time
SELECT t.ref, t.state, t.acknowledge_by_us, t.created_us, m.type FROM task t LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.acknowledge_by_us >= :from_us AND t.acknowledge_by_us < :until_us ORDER BY t.id

-- opened: tasks opened in a stretch of time
SELECT t.ref, t.created_us, m.type FROM task t LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.created_us >= :from_us AND t.created_us < :until_us ORDER BY t.id

-- hands: what the trail says of tasks since a moment: opened, acknowledged, done, undone, into whose hands
SELECT a.subject, a.action, a.at_us, a.actor, a.payload FROM audit a
WHERE a.at_us >= :from_us AND a.action LIKE 'task.%'
ORDER BY a.stream, a.seq

-- absences: who was away in a stretch of days, and who covered
SELECT p.handle, a.first_day, a.last_day, c.handle AS cover FROM absence a JOIN person p ON p.id = a.person_id
LEFT JOIN person c ON c.id = a.cover_id
WHERE a.cancelled_us IS NULL AND a.first_day <= :last_day AND a.last_day >= :first_day ORDER BY a.first_day, a.id

-- reviewed: content reviews approved in a stretch of time, with when their version was handed in
SELECT r.ref, r.decided_us, d.submitted_us, p.handle, m.type FROM review r
JOIN draft d ON d.packet_id = r.packet_id AND d.version = r.version
JOIN matter m ON m.id = r.matter_id LEFT JOIN person p ON p.id = r.decided_by
WHERE r.kind = 'content' AND r.state = 'approved' AND r.decided_us >= :from_us AND r.decided_us < :until_us
ORDER BY r.id

-- dates: agency's dates that fell due in a stretch of days
SELECT d.ref, d.title, d.authority, d.agency_due, d.internal_due, d.state, d.arrived_late, d.met_on, m.type,
    p.handle FROM deadline d LEFT JOIN matter m ON m.id = d.matter_id
LEFT JOIN matter_owner o ON o.matter_id = d.matter_id AND o.kind = 'lead_attorney' LEFT JOIN person p ON p.id = o.person_id
WHERE d.agency_due >= :first_day AND d.agency_due <= :last_day AND d.state <> 'superseded' AND d.tickler = 0
ORDER BY d.agency_due, d.id

-- told: client's messages sent in a stretch of time
SELECT g.ref, g.created_us, g.sent_us, p.handle, m.type FROM message g JOIN matter m ON m.id = g.matter_id
LEFT JOIN person p ON p.id = g.sent_by
WHERE g.state = 'sent' AND g.sent_us >= :from_us AND g.sent_us < :until_us ORDER BY g.id

-- people: the active staff with what their available hours are counted from
SELECT p.handle, p.capacity_hours, p.hours AS own_hours, p.zone AS own_zone, o.id, o.zone, o.hours,
    (SELECT s.value FROM firm_setting s WHERE s.key = 'ramp.' || p.id ORDER BY s.seq DESC LIMIT 1) AS ramp
FROM person p
JOIN office o ON o.id = COALESCE(p.office_id, (SELECT f.id FROM office f ORDER BY f.name, f.id LIMIT 1))
WHERE p.kind = 'staff' AND p.active = 1 ORDER BY p.handle

-- open_work: every open task with its estimate, owner and day
SELECT t.state, t.hours_tenths, t.due_us, p.handle, m.type FROM task t JOIN person p ON p.id = t.owner_id
LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold') ORDER BY t.id

-- standing: every open task, for what waits and what is late
SELECT t.state, t.due_us, t.acknowledge_by_us, t.waiting_on, t.waiting_since_us, p.handle, m.type
FROM task t JOIN person p ON p.id = t.owner_id LEFT JOIN matter m ON m.id = t.matter_id
WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold') ORDER BY t.id

-- past_dates: dates not met whose own day, or the agency's, is over
SELECT d.agency_due, d.internal_due, p.handle, m.type FROM deadline d LEFT JOIN matter m ON m.id = d.matter_id
LEFT JOIN matter_owner o ON o.matter_id = d.matter_id AND o.kind = 'lead_attorney' LEFT JOIN person p ON p.id = o.person_id
WHERE d.state IN ('provisional', 'open', 'conflict', 'missed') AND d.tickler = 0 AND d.internal_due < :today
ORDER BY d.agency_due, d.id

-- open_dates: dates still open that fall in a stretch of days, the agency's or ours
SELECT d.agency_due, d.internal_due, p.handle, m.type FROM deadline d LEFT JOIN matter m ON m.id = d.matter_id
LEFT JOIN matter_owner o ON o.matter_id = d.matter_id AND o.kind = 'lead_attorney' LEFT JOIN person p ON p.id = o.person_id
WHERE d.state IN ('provisional', 'open', 'conflict') AND d.internal_due <= :last_day AND d.agency_due >= :first_day
ORDER BY d.agency_due, d.id

-- appointments: what is scheduled in a stretch of time
SELECT a.at_us, COALESCE(q.handle, p.handle) AS handle, m.type FROM appointment a JOIN matter m ON m.id = a.matter_id
LEFT JOIN person q ON q.id = a.person_id
LEFT JOIN matter_owner o ON o.matter_id = a.matter_id AND o.kind = 'lead_attorney' LEFT JOIN person p ON p.id = o.person_id
WHERE a.at_us >= :from_us AND a.at_us < :until_us AND a.status IN ('scheduled', 'confirmed') ORDER BY a.at_us, a.id

-- decided: reviews decided in a stretch of time, with who had prepared the version
SELECT r.ref, r.kind, r.state, p.handle, m.type FROM review r JOIN matter m ON m.id = r.matter_id
JOIN draft d ON d.packet_id = r.packet_id AND d.version = r.version LEFT JOIN person p ON p.id = d.submitted_by
WHERE r.state IN ('approved', 'returned') AND r.decided_us >= :from_us AND r.decided_us < :until_us ORDER BY r.id

-- returned_points: for which points versions were returned in a stretch of time
SELECT q.code, min(q.text) AS text, count(*) AS n FROM review_point q JOIN review r ON r.id = q.review_id
WHERE r.state = 'returned' AND q.answer = 'no' AND r.decided_us >= :from_us AND r.decided_us < :until_us
GROUP BY q.code ORDER BY n DESC, q.code

-- again: what had to be done again in a stretch of time: dates and tasks reopened, filings rejected
SELECT a.action, a.actor, a.payload, m.type FROM audit a LEFT JOIN matter m ON m.id = a.matter_id
WHERE a.at_us >= :from_us AND a.at_us < :until_us
    AND a.action IN ('deadline.reopened', 'task.reopened', 'task.undone', 'filing.rejected')
ORDER BY a.stream, a.seq

-- steps_done: tasks of playbooks finished in a stretch of time
SELECT r.playbook, t.step, t.title, t.created_us, t.done_us, p.handle, m.type FROM task t
JOIN playbook_run r ON r.id = t.run_id LEFT JOIN matter m ON m.id = t.matter_id LEFT JOIN person p ON p.id = t.done_by
WHERE t.state = 'done' AND t.done_us >= :from_us AND t.done_us < :until_us ORDER BY t.id

-- runs_done: playbooks that came to their end in a stretch of time
SELECT r.playbook, r.started_us, r.closed_us, p.handle, m.type FROM playbook_run r LEFT JOIN matter m ON m.id = r.matter_id
LEFT JOIN matter_owner o ON o.matter_id = r.matter_id AND o.kind = 'lead_attorney' LEFT JOIN person p ON p.id = o.person_id
WHERE r.closed_us >= :from_us AND r.closed_us < :until_us ORDER BY r.id
