-- by_login.postgresql: the person the server let in
SELECT id, handle, name, kind, active, outside FROM person WHERE login = session_user

-- by_login.sqlite: a local store has no logins
SELECT id, handle, name, kind, active, outside FROM person WHERE 1 = 0

-- by_handle: who sits at a local store
SELECT id, handle, name, kind, active, outside FROM person WHERE handle = :handle

-- sits_here: whom a local store takes for its user when nobody is named
SELECT p.id, p.handle, p.name, p.kind, p.active, p.outside FROM person p
JOIN engine_meta m ON m.key = 'sits_here' AND m.value = p.handle

-- roles_of: one person's roles
SELECT role FROM person_role WHERE person_id = :person_id ORDER BY role

-- licences_of: one person's live licences
SELECT id, kind, expires, scope FROM licence WHERE person_id = :person_id AND active = 1 ORDER BY kind, id

-- everybody: the staff with what routing asks of them: licences, absence and cover, first weeks
SELECT p.id, p.handle, p.name, p.outside, p.languages, p.skills, p.capacity_hours, p.hours AS own_hours, p.zone AS own_zone,
    (SELECT s.value FROM firm_setting s WHERE s.key = 'ramp.' || p.id ORDER BY s.seq DESC LIMIT 1) AS ramp,
    (SELECT count(*) FROM licence l WHERE l.person_id = p.id AND l.active = 1
        AND l.kind IN ('attorney', 'accredited_representative') AND (l.expires IS NULL OR l.expires >= :today)) AS licensed,
    (SELECT count(*) FROM licence l WHERE l.person_id = p.id AND l.active = 1
        AND (l.expires IS NULL OR l.expires >= :today)) AS may_review,
    (SELECT count(*) FROM licence l WHERE l.person_id = p.id AND l.active = 1
        AND (l.kind = 'attorney' OR (l.kind = 'accredited_representative' AND l.scope = 'full'))
        AND (l.expires IS NULL OR l.expires >= :today)) AS before_court,
    (SELECT count(*) FROM licence l WHERE l.person_id = p.id AND l.active = 1 AND l.kind = 'reviewer'
        AND (l.expires IS NULL OR l.expires >= :today)) AS trained,
    (SELECT max(a.last_day) FROM absence a WHERE a.person_id = p.id AND a.cancelled_us IS NULL
        AND a.first_day <= :today AND a.last_day >= :today) AS away_until,
    (SELECT max(a.cover_id) FROM absence a WHERE a.person_id = p.id AND a.cancelled_us IS NULL
        AND a.first_day <= :today AND a.last_day >= :today) AS cover_id
FROM person p WHERE p.kind = 'staff' AND p.active = 1 ORDER BY p.handle

-- loads: the staff's open work in front of walls, hours and last assignment, as the store keeps them
SELECT p.id, COALESCE(w.hours_tenths, 0) AS open_tenths, COALESCE(w.last_us, 0) AS last_assigned_us
FROM person p LEFT JOIN open_work w ON w.person_id = p.id WHERE p.kind = 'staff' AND p.active = 1

-- all_roles: every role of everybody
SELECT person_id, role FROM person_role ORDER BY person_id, role

-- names: handles and names of everybody, the worker too
SELECT id, handle, name FROM person

-- everyone: every member of staff as the firm keeps them, those who left too
SELECT id, handle, name, login, active, email, phone, languages, skills, capacity_hours, version, outside, organisation,
    answers_for_id
FROM person WHERE kind = 'staff' ORDER BY handle

-- everyone_named: the same for somebody from outside: names alone
SELECT id, handle, name, active, '' AS email, '[]' AS languages, '[]' AS skills, 0 AS capacity_hours, outside,
    '' AS organisation, CAST(NULL AS bigint) AS answers_for_id
FROM person WHERE kind = 'staff' ORDER BY handle

-- all_licences: every licence in force of everybody
SELECT person_id, kind, number, jurisdiction, expires, scope FROM licence WHERE active = 1 ORDER BY person_id, kind, id

-- licences: every licence on record, of one person or of all, those that ended too
SELECT l.id, l.person_id, l.kind, l.number, l.jurisdiction, l.expires, l.active, l.scope, l.granted_by, p.handle
FROM licence l JOIN person p ON p.id = l.person_id
WHERE p.active = 1 AND (CAST(:person_id AS bigint) IS NULL OR l.person_id = :person_id)
ORDER BY p.handle, l.active DESC, l.kind, l.id

-- licence: one licence on record
SELECT l.id, l.person_id, l.kind, l.number, l.jurisdiction, l.expires, l.active, l.scope, l.granted_by, p.handle
FROM licence l JOIN person p ON p.id = l.person_id WHERE l.id = :id

-- handle_of: a person's handle, also in the transaction that takes them in
SELECT handle FROM person WHERE id = :id

-- absences_ahead: a person's absences that are not over, the nearest first
SELECT id, first_day, last_day, cover_id FROM absence
WHERE person_id = :person_id AND cancelled_us IS NULL AND last_day >= :today ORDER BY first_day, id

-- hours: somebody's office with its hours, and their own
SELECT o.id, o.zone, o.hours, p.hours AS own_hours, p.zone AS own_zone FROM person p
JOIN office o ON o.id = COALESCE(p.office_id, (SELECT f.id FROM office f ORDER BY f.name, f.id LIMIT 1)) WHERE p.id = :id

-- full_hours: somebody's hours a week when all of them count
SELECT capacity_hours AS hours FROM person WHERE id = :id

-- set_hours: when somebody works; empty is as the office does
UPDATE person SET hours = :hours, zone = :zone WHERE id = :id

-- cancel_overlapping: a newly reported absence takes the place of those it overlaps
UPDATE absence SET cancelled_us = :now_us WHERE person_id = :person_id AND cancelled_us IS NULL
AND first_day <= :last_day AND last_day >= :first_day

-- set_cover: who works in the meantime
UPDATE absence SET cover_id = :cover_id WHERE id = :id

-- open_work: what a person still holds
SELECT (SELECT count(*) FROM task t WHERE t.owner_id = :person_id
        AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS tasks,
    (SELECT count(*) FROM review r WHERE r.owner_id = :person_id AND r.state = 'open') AS reviews,
    (SELECT min(t.ref) FROM task t WHERE t.owner_id = :person_id
        AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS first_task

-- managers_left: how many other active people manage the firm
SELECT count(DISTINCT p.id) AS n FROM person p JOIN person_role r ON r.person_id = p.id
WHERE p.active = 1 AND p.id <> :person_id AND r.role IN ('operations_manager', 'managing_partner')

-- answers_for: for whom from outside a person answers
SELECT handle FROM person WHERE answers_for_id = :person_id AND outside = 1 AND active = 1 ORDER BY handle

-- partners_left: how many other active people are managing partners
SELECT count(*) AS n FROM person p JOIN person_role r ON r.person_id = p.id
WHERE p.active = 1 AND p.id <> :person_id AND r.role = 'managing_partner'

-- give_role.sqlite: one role more
INSERT INTO person_role (person_id, role) VALUES (:person_id, :role)

-- give_role.postgresql: one role more, on record and on the server
SELECT casedesk_set_role(CAST(:person_id AS bigint), CAST(:role AS text), true)

-- take_role.sqlite: one role less
DELETE FROM person_role WHERE person_id = :person_id AND role = :role

-- take_role.postgresql: one role less, on record and on the server
SELECT casedesk_set_role(CAST(:person_id AS bigint), CAST(:role AS text), false)

-- close.sqlite: somebody left
UPDATE person SET active = 0, version = version + 1 WHERE id = :person_id

-- close.postgresql: somebody left: no sign-in, no group, no session
SELECT casedesk_close_login(CAST(:person_id AS bigint))

-- end_sessions.sqlite: a local store has no sessions
SELECT 1 WHERE :person_id IS NULL

-- end_sessions.postgresql: what was still open of somebody who left
SELECT casedesk_end_sessions(CAST(:person_id AS bigint))

-- login_taken.postgresql: whether the server has a login of that name already
SELECT 1 AS taken FROM pg_roles WHERE rolname = :login

-- login_taken.sqlite: a local store has no logins
SELECT 1 AS taken WHERE :login = ''

-- add_login.postgresql: the server makes the person's login from a SCRAM verifier, with the groups of their roles
SELECT casedesk_add_login(:login, :verifier, CAST(:groups AS text[]))

-- add_login.sqlite: a local store has no logins
SELECT 1 WHERE 1 = 0
