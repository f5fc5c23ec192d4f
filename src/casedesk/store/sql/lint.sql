-- owner_views.postgresql: views that read with their owner's eyes, past every policy
SELECT c.relname::text AS thing FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT COALESCE(c.reloptions @> ARRAY['security_invoker=true'], false)))
ORDER BY 1

-- bare_tables.postgresql: tables that no policy guards
SELECT c.relname::text AS thing FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
AND c.relkind IN ('r', 'p', 'f') AND c.relname <> 'alembic_version' AND (NOT c.relrowsecurity
    OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)) ORDER BY 1

-- open_policies.postgresql: policies that ask nothing at all
SELECT c.relname || '.' || p.polname AS thing FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = 'public'::regnamespace AND (pg_get_expr(p.polqual, p.polrelid) = 'true'
    OR pg_get_expr(p.polwithcheck, p.polrelid) = 'true') ORDER BY 1

-- public_functions.postgresql: functions that everybody may call
SELECT p.oid::regprocedure::text AS thing FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
AND (p.proacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(p.proacl) a WHERE a.grantee = 0)) ORDER BY 1

-- loose_functions.postgresql: functions with their owner's rights that look wherever the caller tells them to
SELECT p.oid::regprocedure::text AS thing FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
AND COALESCE(array_to_string(p.proconfig, ','), '') NOT LIKE 'search_path=pg_catalog%' ORDER BY 1

-- foreign_owners.postgresql: things in the store that do not belong to its owner
SELECT c.relname::text AS thing FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
AND c.relkind IN ('r', 'v', 'm', 'S', 'f', 'p') AND c.relowner <> (SELECT relowner FROM pg_class WHERE oid = 'audit'::regclass)
UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
AND p.proowner <> (SELECT relowner FROM pg_class WHERE oid = 'audit'::regclass) ORDER BY 1

-- sleeping_triggers.postgresql: guards that stand and are switched off
SELECT c.relname || '.' || t.tgname AS thing FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled NOT IN ('O', 'A') ORDER BY 1

-- bypassing_logins.postgresql: logins of the firm, its groups and its owner that the server lets past every policy
WITH RECURSIVE up AS (
    SELECT r.oid AS login, r.oid AS role FROM pg_roles r
    WHERE r.rolname LIKE 'casedesk%' OR r.rolname IN (SELECT login FROM person WHERE login IS NOT NULL)
        OR r.oid = (SELECT relowner FROM pg_class WHERE oid = 'audit'::regclass)
    UNION SELECT up.login, m.roleid FROM up JOIN pg_auth_members m ON m.member = up.role
)
SELECT DISTINCT l.rolname || CASE WHEN l.oid = r.oid THEN '' ELSE ' through ' || r.rolname END AS thing
FROM up JOIN pg_roles l ON l.oid = up.login JOIN pg_roles r ON r.oid = up.role
WHERE r.rolsuper OR r.rolbypassrls OR r.rolreplication OR r.rolname IN ('pg_read_all_data', 'pg_write_all_data',
    'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_signal_backend', 'pg_maintain')
    AND r.oid <> l.oid ORDER BY 1

-- powerful_logins.postgresql: people's logins that may make roles or databases, or that act as the owner or as another
SELECT DISTINCT r.rolname::text AS thing FROM pg_roles r JOIN person p ON p.login = r.rolname
WHERE r.rolcreaterole OR r.rolcreatedb OR EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles x ON x.oid = m.roleid
    WHERE m.member = r.oid AND (x.oid = (SELECT relowner FROM pg_class WHERE oid = 'audit'::regclass) OR x.rolcanlogin))
ORDER BY 1

-- strangers.postgresql: logins in the firm's groups that stand for nobody who works here
SELECT DISTINCT r.rolname::text AS thing FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
JOIN pg_roles r ON r.oid = m.member WHERE g.rolname LIKE 'casedesk%' AND r.rolcanlogin
AND r.oid <> (SELECT relowner FROM pg_class WHERE oid = 'audit'::regclass) AND NOT r.rolsuper
AND has_database_privilege(r.oid, current_database(), 'CONNECT')
AND NOT EXISTS (SELECT 1 FROM person p WHERE p.login = r.rolname AND p.active = 1) ORDER BY 1

-- group_drift.postgresql: people whose groups on the server are not the roles the firm gave them
SELECT p.handle || ' in ' || g.rolname AS thing FROM person p JOIN pg_roles r ON r.rolname = p.login
JOIN pg_auth_members m ON m.member = r.oid JOIN pg_roles g ON g.oid = m.roleid
WHERE p.active = 1 AND p.kind = 'staff' AND g.rolname IN ('casedesk_operations_manager', 'casedesk_managing_partner', 'casedesk_service')
AND NOT EXISTS (SELECT 1 FROM person_role x WHERE x.person_id = p.id AND g.rolname = 'casedesk_' || x.role) ORDER BY 1

-- wide_grants.postgresql: rights on whole tables that let a login lock, change or empty them
SELECT c.relname || ': ' || COALESCE(r.rolname, 'everybody') || ' ' || a.privilege_type AS thing
FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.grantee <> c.relowner
AND (a.grantee = 0 OR a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN')
    OR COALESCE(r.rolname, '') NOT LIKE 'casedesk%') ORDER BY 1

-- open_places.postgresql: where somebody could put things of their own
SELECT 'schema public for ' || COALESCE(r.rolname, 'everybody') AS thing FROM pg_namespace n, aclexplode(n.nspacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = 'public' AND a.privilege_type = 'CREATE'
AND a.grantee NOT IN (n.nspowner, (SELECT relowner FROM pg_class WHERE oid = 'audit'::regclass))
UNION ALL SELECT 'database ' || a.privilege_type || ' for ' || COALESCE(r.rolname, 'everybody')
FROM pg_database d, aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE d.datname = current_database() AND a.grantee <> d.datdba
AND (a.privilege_type IN ('CREATE', 'TEMPORARY') OR a.grantee = 0) ORDER BY 1

-- back_doors.postgresql: what reaches outside the store: languages, extensions, foreign servers, publications
SELECT 'language ' || lanname AS thing FROM pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c')
UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
UNION ALL SELECT 'foreign server ' || srvname FROM pg_foreign_server
UNION ALL SELECT 'publication ' || pubname FROM pg_publication
UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger ORDER BY 1

-- loose_settings.postgresql: settings of the server that let secrets out, or in
SELECT name || ' = ' || setting AS thing FROM pg_settings
WHERE (name = 'password_encryption' AND setting <> 'scram-sha-256') OR (name = 'row_security' AND setting <> 'on')
OR (name = 'log_statement' AND setting IN ('all', 'mod') ) OR (name = 'log_parameter_max_length' AND setting <> '0'
    AND (SELECT s.setting FROM pg_settings s WHERE s.name = 'log_statement') IN ('all', 'mod')) ORDER BY 1

-- this_line.postgresql: how this very connection is protected
SELECT COALESCE((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false) AS tls,
    COALESCE(inet_client_addr() <<= '127.0.0.0/8' OR inet_client_addr() = '::1', true) AS loopback

-- owner_views.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- bare_tables.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- open_policies.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- public_functions.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- loose_functions.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- foreign_owners.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- sleeping_triggers.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- bypassing_logins.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- powerful_logins.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- strangers.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- group_drift.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- wide_grants.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- open_places.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- back_doors.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- loose_settings.sqlite: a local store has no server
SELECT '' AS thing WHERE 1 = 0

-- this_line.sqlite: a local store has no line
SELECT 1 AS tls, 1 AS loopback
