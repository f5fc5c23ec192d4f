-- office_of: the office of a person, else the firm's first
SELECT o.id, o.name, o.zone, o.hours, o.address FROM office o
LEFT JOIN person p ON p.office_id = o.id AND p.id = :person_id
ORDER BY CASE WHEN p.id IS NULL THEN 1 ELSE 0 END, o.name, o.id LIMIT 1

-- firm: the firm
SELECT id, name, zone, phone FROM firm ORDER BY id LIMIT 1

-- hold_picks: from here to the commit nobody else's pick is under way (on SQLite the pen is ours already)
SELECT 0 AS held

-- hold_picks.postgresql: from here to the commit nobody else's pick is under way: two at once would choose by one count
SELECT 1 AS held FROM pg_advisory_xact_lock(hashtext('casedesk.pick'))

-- policy: the review policy in force
SELECT id, seq, policy, eyes, set_us FROM firm_policy ORDER BY seq DESC LIMIT 1

-- active_staff: how many people are active
SELECT count(*) AS n FROM person WHERE kind = 'staff' AND active = 1

-- qualified_staff: how many active people may sign or review
SELECT count(DISTINCT p.id) AS n FROM person p JOIN licence l ON l.person_id = p.id AND l.active = 1
WHERE p.kind = 'staff' AND p.active = 1
