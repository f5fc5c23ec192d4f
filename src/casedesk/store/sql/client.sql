-- find: a client by ref or id
SELECT id, ref, name, kind, language, phone, email, address, version FROM client WHERE ref = :ref OR id = :id
