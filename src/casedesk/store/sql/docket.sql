-- _standing: who has a matter, for its lines of the docket
(SELECT o.person_id FROM matter_owner o WHERE o.matter_id = m.id AND o.kind = 'lead_attorney') AS attorney_id,
    (SELECT o.person_id FROM matter_owner o WHERE o.matter_id = m.id AND o.kind = 'primary_paralegal') AS paralegal_id

-- dates: dates that fall into a stretch of days by ours or the agency's, and the open ones that should be done already
SELECT d.id, d.ref, d.title, d.authority, d.agency_due, d.internal_due, d.state, d.arrived_late, d.confirmed_by,
    d.critical, m.ref AS matter_ref, m.caption, {_standing},
    (SELECT min(t.owner_id) FROM task t WHERE t.deadline_id = d.id AND t.state IN ('new', 'acknowledged', 'in_progress',
        'waiting', 'on_hold')) AS task_owner_id
FROM deadline d LEFT JOIN matter m ON m.id = d.matter_id
WHERE (d.state IN ('provisional', 'open', 'conflict') AND (d.internal_due <= :until
        OR d.agency_due <= :until))
    OR (d.state = 'missed' AND d.agency_due >= :since AND d.agency_due <= :until)
ORDER BY d.internal_due, d.agency_due, d.id

-- appointments: what takes place in a stretch of time and was not called off, and what is past and has no outcome
SELECT a.id, a.ref, a.kind, a.title, a.at_us, a.zone, a.minutes, a.place, a.status, a.outcome, a.person_id, a.judge,
    a.confirmed_us, a.matter_id, p.name AS party, m.ref AS matter_ref, m.caption, {_standing}
FROM appointment a JOIN matter m ON m.id = a.matter_id LEFT JOIN party p ON p.id = a.party_id
WHERE (a.at_us >= :from_us AND a.at_us < :until_us AND a.outcome <> 'cancelled') OR (a.at_us < :from_us AND a.outcome = '')
ORDER BY a.at_us, a.id

-- unowned: papers that came in and belong to no matter yet, with who is to say where they belong
SELECT d.ref, d.kind, d.received_us, (SELECT min(t.owner_id) FROM task t JOIN playbook_run r ON r.id = t.run_id
        WHERE r.playbook = 'notice_unmatched' AND r.document_id = d.id AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS owner_id
FROM document d WHERE d.matter_id IS NULL AND d.origin = 'received' AND NOT EXISTS (SELECT 1 FROM triage t
    WHERE t.document_id = d.id AND t.act IN ('junk', 'split', 'joined') AND NOT EXISTS (SELECT 1 FROM triage l
        WHERE l.document_id = t.document_id AND l.seq > t.seq)) ORDER BY d.received_us, d.id LIMIT :limit

-- absences: who is away in a stretch of days, and who covers for them
SELECT b.person_id, b.first_day, b.last_day, b.cover_id FROM absence b JOIN person p ON p.id = b.person_id
WHERE b.cancelled_us IS NULL AND p.active = 1 AND b.first_day <= :until AND b.last_day >= :since
ORDER BY b.first_day, b.person_id
