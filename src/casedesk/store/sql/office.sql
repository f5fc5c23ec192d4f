-- all: the firm's offices, by name, each with how many work there
SELECT o.id, o.name, o.zone, o.hours, o.address, (SELECT count(*) FROM person p
    WHERE p.office_id = o.id AND p.kind = 'staff' AND p.active = 1) AS people
FROM office o ORDER BY o.name, o.id

-- change: an office's name, clock, hours and address
UPDATE office SET name = :called, zone = :zone, hours = :hours, address = :address WHERE id = :id

-- place: somebody works at another office
UPDATE person SET office_id = :office_id, version = version + 1 WHERE id = :id
