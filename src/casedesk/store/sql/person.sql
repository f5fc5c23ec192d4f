-- by_login.postgresql: the person the server let in
SELECT id, handle, name, kind, active FROM person WHERE login = session_user

-- by_login.sqlite: a local store has no logins
SELECT id, handle, name, kind, active FROM person WHERE 1 = 0

-- by_handle: who sits at a local store
SELECT id, handle, name, kind, active FROM person WHERE handle = :handle

-- sits_here: whom a local store takes for its user when nobody is named
SELECT p.id, p.handle, p.name, p.kind, p.active FROM person p
JOIN engine_meta m ON m.key = 'sits_here' AND m.value = p.handle

-- roles_of: one person's roles
SELECT role FROM person_role WHERE person_id = :person_id ORDER BY role

-- licences_of: one person's live licences
SELECT id, kind, number, jurisdiction, expires FROM licence WHERE person_id = :person_id AND active = 1 ORDER BY kind, id

-- find: a person by handle or opaque id
SELECT id, handle, name, login, kind, active, email, phone, languages, skills, capacity_hours, office_id, version
FROM person WHERE handle = :name OR id = :id

-- everybody: the staff with what routing weighs: roles, licences, absence today and cover, hours open, last assignment
SELECT p.id, p.handle, p.name, p.login, p.kind, p.active, p.email, p.languages, p.skills, p.capacity_hours,
    (SELECT count(*) FROM licence l WHERE l.person_id = p.id AND l.active = 1
        AND l.kind IN ('attorney', 'accredited_representative') AND (l.expires IS NULL OR l.expires >= :today)) AS licensed,
    (SELECT count(*) FROM licence l WHERE l.person_id = p.id AND l.active = 1
        AND (l.expires IS NULL OR l.expires >= :today)) AS may_review,
    (SELECT COALESCE(sum(t.hours_tenths), 0) FROM task t WHERE t.owner_id = p.id
        AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS open_tenths,
    (SELECT COALESCE(max(t.created_us), 0) FROM task t WHERE t.owner_id = p.id
        AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')) AS last_assigned_us,
    (SELECT max(a.last_day) FROM absence a WHERE a.person_id = p.id AND a.cancelled_us IS NULL
        AND a.first_day <= :today AND a.last_day >= :today) AS away_until,
    (SELECT max(a.cover_id) FROM absence a WHERE a.person_id = p.id AND a.cancelled_us IS NULL
        AND a.first_day <= :today AND a.last_day >= :today) AS cover_id
FROM person p WHERE p.kind = 'staff' AND p.active = 1 ORDER BY p.handle

-- all_roles: every role of everybody
SELECT person_id, role FROM person_role ORDER BY person_id, role

-- by_role: the active people of one role
SELECT p.id, p.handle, p.name FROM person p JOIN person_role r ON r.person_id = p.id
WHERE r.role = :role AND p.active = 1 ORDER BY p.handle

-- names: handles and names of everybody, the worker too
SELECT id, handle, name FROM person

-- service: the desk's own worker
SELECT id, handle, name FROM person WHERE kind = 'service' AND active = 1
