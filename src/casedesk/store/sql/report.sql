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
