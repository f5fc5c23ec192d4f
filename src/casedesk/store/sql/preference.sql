-- of: how one person is reminded, nothing where they left it as it is
SELECT person_id, mail, quiet_from, quiet_until, digest_at, desktop, invitations, version FROM preference
WHERE person_id = :person_id

-- everybody: the staff who work here, where their clocks stand, and how they are reminded
SELECT p.id, p.handle, p.email, p.outside, COALESCE(NULLIF(p.zone, ''), o.zone, '') AS zone,
    COALESCE(f.mail, 'urgent') AS mail, COALESCE(f.quiet_from, '20:00') AS quiet_from,
    COALESCE(f.quiet_until, '07:00') AS quiet_until, COALESCE(f.digest_at, '08:00') AS digest_at,
    COALESCE(f.desktop, 0) AS desktop, COALESCE(f.invitations, 1) AS invitations
FROM person p LEFT JOIN preference f ON f.person_id = p.id LEFT JOIN office o ON o.id = p.office_id
WHERE p.kind = 'staff' AND p.active = 1 AND (CAST(:person_id AS bigint) IS NULL OR p.id = :person_id) ORDER BY p.handle

-- change: another way to be reminded
UPDATE preference SET mail = :mail, quiet_from = :quiet_from, quiet_until = :quiet_until, digest_at = :digest_at,
    desktop = :desktop, invitations = :invitations, version = version + 1 WHERE person_id = :person_id

-- address: where a person's mail goes
SELECT email FROM person WHERE id = :id
