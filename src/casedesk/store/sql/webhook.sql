-- listing: every program that is told, those that no longer are too
SELECT id, ref, url, about, active, created_by, created_us, version FROM webhook ORDER BY created_us, id

-- find: one of them
SELECT id, ref, url, about, active, created_by, created_us, version FROM webhook WHERE ref = :ref OR id = :id
