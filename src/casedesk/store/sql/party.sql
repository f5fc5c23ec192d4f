-- of_matter: the people and companies of a matter
SELECT id, matter_id, client_id, role, name, a_number, born, language, phone, email, address, version FROM party
WHERE matter_id = :matter_id ORDER BY CASE WHEN client_id IS NULL THEN 1 ELSE 0 END, role, name, id

-- find: one of a matter's parties, by id
SELECT id, client_id, role, name, a_number, born, language, phone, email, address, version FROM party
WHERE matter_id = :matter_id AND id = :id
