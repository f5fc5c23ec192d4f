-- relations.sqlite: tables, indexes, views and triggers as the file describes them
SELECT type || ' ' || name AS name, sql AS words FROM sqlite_master
WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version' ORDER BY 1

-- relations.postgresql: columns, constraints, indexes and kinds of everything that holds rows
SELECT 'table ' || c.relname AS name, concat_ws(' ', 'kind', c.relkind, array_to_string(c.reloptions, ',')) AS words
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind NOT IN ('i', 'I', 't', 'c')
UNION ALL
SELECT 'table ' || c.relname, concat_ws(' ', 'column', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'table ' || c.relname, concat_ws(' ', 'constraint', k.conname, pg_get_constraintdef(k.oid), k.convalidated)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = 'public'::regnamespace AND k.contype <> 'n'
UNION ALL
SELECT 'table ' || c.relname, concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace

-- rules.sqlite: none beside the triggers
SELECT '' AS name, '' AS words WHERE 1 = 0

-- rules.postgresql: triggers, functions, row policies, rewrite rules, and every right that is not the owner's own
SELECT 'trigger ' || c.relname || '.' || t.tgname AS name, concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid)) AS words
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'function ' || p.oid::regprocedure::text, pg_get_functiondef(p.oid)
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
UNION ALL
SELECT 'function ' || p.oid::regprocedure::text, concat_ws(' ', 'right', coalesce(r.rolname, 'PUBLIC'), g.privilege_type, g.is_grantable)
FROM pg_proc p CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE p.pronamespace = 'public'::regnamespace AND g.grantee <> p.proowner
UNION ALL
SELECT 'access ' || c.relname, concat_ws(' ', 'rows', c.relrowsecurity, c.relforcerowsecurity)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
UNION ALL
SELECT 'access ' || q.tablename, concat_ws(' ', 'policy', q.policyname, q.permissive, array_to_string(q.roles, ','), q.cmd,
    coalesce(q.qual, '-'), coalesce(q.with_check, '-'))
FROM pg_policies q WHERE q.schemaname = 'public'
UNION ALL
SELECT 'access ' || q.tablename, 'rewrite ' || q.definition FROM pg_rules q WHERE q.schemaname = 'public'
UNION ALL
SELECT 'access ' || c.relname, concat_ws(' ', 'right', coalesce(r.rolname, 'PUBLIC'), g.privilege_type, g.is_grantable)
FROM pg_class c CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner))) g
LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND g.grantee <> c.relowner
UNION ALL
SELECT 'access ' || c.relname, concat_ws(' ', 'column', a.attname, 'right', coalesce(r.rolname, 'PUBLIC'), g.privilege_type,
    g.is_grantable)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid CROSS JOIN LATERAL aclexplode(a.attacl) g
LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE c.relnamespace = 'public'::regnamespace AND a.attacl IS NOT NULL AND g.grantee <> c.relowner
UNION ALL
SELECT 'schema', concat_ws(' ', 'right', coalesce(r.rolname, 'PUBLIC'), g.privilege_type, g.is_grantable)
FROM pg_namespace n CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) g
LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE n.nspname = 'public' AND g.grantee <> n.nspowner
UNION ALL
SELECT 'defaults', concat_ws(' ', d.defaclobjtype, array_to_string(d.defaclacl, ',')) FROM pg_default_acl d

-- sources.sqlite: none
SELECT '' AS name, '' AS body WHERE 1 = 0

-- sources.postgresql: what the functions say, without what the server adds to it
SELECT p.proname AS name, p.prosrc AS body FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace

-- steps: the lifecycle's steps that the guards read
SELECT machine, before, after FROM transition ORDER BY machine, before, after

-- server.sqlite: which database this is
SELECT 'sqlite' AS server

-- server.postgresql: which database this is; another major version may spell the same thing otherwise
SELECT 'postgresql ' || (current_setting('server_version_num')::int / 10000) AS server

-- mark: the shape as it was made
SELECT value FROM engine_meta WHERE key = 'fingerprint'

-- unmark: before a new mark
DELETE FROM engine_meta WHERE key = 'fingerprint'
