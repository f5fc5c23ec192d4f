-- latest: what each person was last told of one entry
SELECT i.person_id, i.sequence, i.method, i.begins, i.ends FROM invitation i
WHERE i.uid = :uid AND i.sequence = (SELECT max(x.sequence) FROM invitation x
    WHERE x.uid = i.uid AND x.person_id = i.person_id) ORDER BY i.person_id

-- last: what one person was last told of one entry
SELECT sequence, method, begins, ends FROM invitation WHERE uid = :uid AND person_id = :person_id
ORDER BY sequence DESC LIMIT 1

-- reach: where a person's calendar is reached, and whether they want invitations (they do until they say otherwise)
SELECT p.email, COALESCE(f.invitations, 1) AS wants FROM person p LEFT JOIN preference f ON f.person_id = p.id
WHERE p.id = :person_id AND p.kind = 'staff' AND p.active = 1

-- _dates: a date as calendars show it; `line_id` is the first of those that took each other's place
SELECT d.id, d.ref, d.matter_id, d.title, d.authority, d.agency_due, d.internal_due, d.state,
    d.rule, d.notice_id, d.appointment_id,
    COALESCE(d.supersedes_id, d.id) AS line_id, m.ref AS matter_ref, m.caption,
    CASE WHEN d.state = 'superseded' AND EXISTS (SELECT 1 FROM deadline n WHERE n.matter_id = d.matter_id
        AND n.state <> 'superseded' AND n.supersedes_id = COALESCE(d.supersedes_id, d.id)) THEN 1 ELSE 0 END AS gave_way
FROM deadline d JOIN matter m ON m.id = d.matter_id

-- deadline: one date as calendars show it
{_dates} WHERE d.id = :id

-- my_dates: the open dates of the matters somebody has, by our own day
{_dates}
WHERE d.state IN ('provisional', 'open', 'conflict') AND d.internal_due >= :since AND d.internal_due <= :until
AND EXISTS (SELECT 1 FROM matter_owner o WHERE o.matter_id = d.matter_id AND o.person_id = :me)
ORDER BY d.internal_due, d.id

-- my_appointments: the appointments somebody appears at, or of a matter they have
SELECT a.id, a.ref, a.matter_id, a.kind, a.at_us, a.zone, a.place, a.minutes, a.title, a.judge, a.sequence, a.outcome,
    a.confirmed_us, m.ref AS matter_ref, m.caption, p.name AS party
FROM appointment a JOIN matter m ON m.id = a.matter_id LEFT JOIN party p ON p.id = a.party_id
WHERE a.at_us >= :from_us AND a.at_us < :until_us AND (a.person_id = :me
    OR EXISTS (SELECT 1 FROM matter_owner o WHERE o.matter_id = a.matter_id AND o.person_id = :me))
ORDER BY a.at_us, a.id
