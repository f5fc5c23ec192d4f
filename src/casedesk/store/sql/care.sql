-- place.sqlite: the file behind the store
SELECT file AS place FROM pragma_database_list WHERE name = 'main'

-- place.postgresql: the database behind the store
SELECT current_database() AS place

-- soundness.sqlite: what SQLite finds wrong with the file
SELECT integrity_check AS problem FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 5

-- soundness.postgresql: the server keeps its own pages
SELECT '' AS problem WHERE 1 = 0

-- broken_links.sqlite: rows that name a row which is not there
SELECT "table" AS place, count(*) AS n FROM pragma_foreign_key_check GROUP BY "table" ORDER BY "table"

-- broken_links.postgresql: foreign keys that the server does not hold
SELECT conrelid::regclass::text AS place, count(*) AS n FROM pg_constraint
WHERE contype = 'f' AND NOT convalidated AND connamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 1

-- foreign_keys.sqlite: whether links are held at all
SELECT foreign_keys AS held FROM pragma_foreign_keys

-- foreign_keys.postgresql: they always are
SELECT 1 AS held

-- guards.sqlite: the guards the file holds
SELECT name, sql AS body FROM sqlite_master WHERE type = 'trigger'

-- guards.postgresql: the guards the database holds and runs
SELECT t.tgname AS name, '' AS body FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relnamespace = 'public'::regnamespace

-- open_tables.sqlite: a local store is one trust domain
SELECT '' AS place WHERE 1 = 0

-- open_tables.postgresql: tables without row policies in force
SELECT relname::text AS place FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
AND NOT relrowsecurity ORDER BY 1

-- papers: the vault's versions that were not erased, newest first
SELECT v.id, v.document_id, v.sha256, v.bytes, v.version, d.ref
FROM document_version v JOIN document d ON d.id = v.document_id
WHERE NOT EXISTS (SELECT 1 FROM document_key k WHERE k.version_id = v.id AND k.destroyed_us IS NOT NULL)
ORDER BY v.created_us DESC, v.id DESC

-- past_timers: armed timers that should have fired before an instant
SELECT count(*) AS n, min(fire_at_us) AS oldest FROM timer WHERE state = 'armed' AND fire_at_us < :before_us

-- armed_timers: timers that wait for their moment
SELECT count(*) AS n FROM timer WHERE state = 'armed'

-- heartbeat: the last sweep of any worker
SELECT worker, build, at_us, fired FROM heartbeat ORDER BY at_us DESC LIMIT 1

-- miscounted: people whose open work, in front of walls, is not what the store keeps of it
SELECT p.handle FROM person p LEFT JOIN open_work w ON w.person_id = p.id LEFT JOIN (
    SELECT t.owner_id, CAST(sum(t.hours_tenths) AS bigint) AS tenths FROM task t
    WHERE t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')
        AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = t.matter_id AND m.guarded = 1)
    GROUP BY t.owner_id) c ON c.owner_id = p.id
WHERE COALESCE(w.hours_tenths, 0) <> COALESCE(c.tenths, 0) ORDER BY p.handle
