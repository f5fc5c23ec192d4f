"""What an ordinary login may try with psql: told here, tried in `test_attacks`.

`shut out` is a paralegal whom the wall keeps out, `manager` a manager whom it does; `inside` is one who prepared the
packet and would like it to leave.
Words in braces are facts of the walled matter, which the attacker is taken to know from before the wall.
"""

from __future__ import annotations

from dataclasses import dataclass

SHUT_OUT = "bcole"
MANAGER = "inovak"
INSIDE = "mduarte"


@dataclass(frozen=True)
class Attack:
    """One script, in a transaction of its own that commits. `must` is what the server has to answer, where it has to."""

    name: str
    sql: str
    who: str = SHUT_OUT
    must: str = ""


DENIED = "permission denied|must be|row-level security"
REFUSED = "casedesk:|row-level security|violates|permission denied|duplicate|INSERT 0 0|UPDATE 0"
SEEN_ONLY = r"seen=(\d+)\s+\(1 row\)\s+UPDATE \1\b"
"""A change without a word of reading touched as many rows as are seen, and no more."""

READING = (
    Attack("forge the login's name", "SET session_authorization = 'aokafor'; SELECT * FROM matter", must=DENIED),
    Attack("become a colleague", "SET ROLE aokafor; SELECT * FROM matter", must=DENIED),
    Attack("become the owner", "SET ROLE {owner}; SELECT * FROM matter", must=DENIED),
    Attack("become the worker", "SET ROLE desk; SELECT * FROM matter", must=DENIED),
    Attack("become a managers' group", "SET ROLE casedesk_managing_partner; SELECT * FROM matter", must=DENIED),
    Attack("become the service group", "SET ROLE casedesk_service; SELECT * FROM matter", must=DENIED),
    Attack("turn the policies off", "SET row_security = off; SELECT * FROM matter", must="row-level security"),
    Attack("pretend settings", "SET casedesk.uid = '{member}'; SET casedesk.person = 'aokafor'; SELECT * FROM matter"),
    Attack("replace the identity", "CREATE FUNCTION public.casedesk_uid() RETURNS bigint LANGUAGE sql AS 'SELECT 1'", must=DENIED),
    Attack("shadow the identity", "CREATE FUNCTION pg_temp.casedesk_uid() RETURNS bigint LANGUAGE sql AS 'SELECT {member}'", must=DENIED),
    Attack("shadow a table", "CREATE TEMP TABLE matter_member AS SELECT {matter} AS matter_id", must=DENIED),
    Attack("a schema of one's own", "CREATE SCHEMA mine", must=DENIED),
    Attack("a search path of one's own", "SET search_path = pg_temp, public; SELECT * FROM matter WHERE id = {matter}"),
    Attack("a function that tells", "CREATE FUNCTION tell(t text) RETURNS bool COST 0.0001 LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE '%', t; RETURN true; END$$", must=DENIED),
    Attack("an operator of one's own", "CREATE OPERATOR <<< (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)", must=DENIED),
    Attack("a view of one's own", "CREATE VIEW mine AS SELECT * FROM matter", must=DENIED),
    Attack("a rule", "CREATE RULE r AS ON SELECT TO matter DO INSTEAD SELECT 1", must=DENIED),
    Attack("a policy", "CREATE POLICY all_of_it ON matter USING (true)", must=DENIED),
    Attack("no policies", "ALTER TABLE matter DISABLE ROW LEVEL SECURITY", must=DENIED),
    Attack("a cast that quotes", "SELECT caption::int FROM matter"),
    Attack("a cast that quotes, aimed", "SELECT (caption || name)::int FROM matter m JOIN party p ON p.matter_id = m.id WHERE m.id = {matter}"),
    Attack("a division by what is there", "SELECT 1 / (CASE WHEN caption LIKE '%' THEN 0 ELSE 1 END) FROM matter WHERE id = {matter}"),
    Attack("a date that quotes", "SELECT body::date FROM message WHERE matter_id = {matter}"),
    Attack("xml that quotes", "SELECT xmlparse(document caption) FROM matter WHERE id = {matter}"),
    Attack("json that quotes", "SELECT facts::json -> 0 FROM decision WHERE matter_id = {matter}"),
    Attack("a plan", "EXPLAIN (ANALYZE, VERBOSE, BUFFERS) SELECT * FROM matter WHERE caption > ''"),
    Attack("a plan of a join", "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM party p JOIN matter m ON m.id = p.matter_id"),
    Attack("statistics", "SELECT tablename, attname, most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname = 'public'"),
    Attack("raw statistics", "SELECT * FROM pg_statistic", must=DENIED),
    Attack("extended statistics", "SELECT * FROM pg_stats_ext_exprs"),
    Attack("what others run", "SELECT usename, query FROM pg_stat_activity"),
    Attack("copied out", "COPY matter TO STDOUT", ),
    Attack("copied out by query", "COPY (SELECT * FROM party) TO STDOUT"),
    Attack("copied to a program", "COPY party TO PROGRAM 'cat'", must=DENIED),
    Attack("copied to a file", "COPY party TO '{folder}/stolen'", must=DENIED),
    Attack("a file of the server", "SELECT pg_read_file('PG_VERSION')", must=DENIED),
    Attack("the server's folder", "SELECT * FROM pg_ls_dir('.')", must=DENIED),
    Attack("the passwords", "SELECT * FROM pg_authid", must=DENIED),
    Attack("the wrapped keys", "SELECT wrapped, salt FROM signing_key", must=DENIED),
    Attack("the key's token", "SELECT token_sha256 FROM signing_key", must=DENIED),
    Attack("the challenges", "SELECT * FROM sign_challenge", must=DENIED),
    Attack("a seal's counts", "SELECT leaves, entries FROM seal", must=DENIED),
    Attack("how many streams a seal holds", "SELECT leaves FROM seal", must=DENIED),
    Attack("a whole row of a seal", "SELECT s.* FROM seal s", must=DENIED),
    Attack("the worker's work", "SELECT * FROM casedesk_my_signing_keys()"),
    Attack("locked for update", "SELECT * FROM task WHERE matter_id = {matter} FOR UPDATE"),
    Attack("told on change", "UPDATE task SET title = title WHERE matter_id = {matter} RETURNING *"),
    Attack("told on change, blind", "UPDATE task SET state = 'cancelled' WHERE id = {task} RETURNING *"),
    Attack("told on a clash", "INSERT INTO matter_owner (matter_id, kind, person_id) SELECT {matter}, 'primary_paralegal', casedesk_uid() ON CONFLICT (matter_id, kind) DO UPDATE SET kind = matter_owner.kind RETURNING *", must=DENIED),
    Attack("merged", "MERGE INTO party p USING (SELECT {matter}::bigint AS m) s ON p.matter_id = s.m WHEN MATCHED THEN UPDATE SET name = p.name RETURNING p.*"),
    Attack("listening", "LISTEN casedesk; SELECT pg_notify('casedesk', 'x')"),
    Attack("the replication stream", "SELECT * FROM pg_create_logical_replication_slot('s', 'pgoutput')", must=DENIED + "|wal_level"),
    Attack("a publication", "CREATE PUBLICATION p FOR TABLE matter", must=DENIED),
    Attack("a subscription", "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p", must=DENIED + "|transaction block"),
    Attack("a large object", "SELECT lo_import('PG_VERSION')", must=DENIED),
    Attack("a snapshot of another", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_export_snapshot() IS NOT NULL; SELECT * FROM matter WHERE id = {matter}; COMMIT"),
    Attack("a cursor", "DECLARE c CURSOR FOR SELECT * FROM document; FETCH ALL c"),
    Attack("a prepared query", "PREPARE q AS SELECT * FROM note; EXECUTE q"),
    Attack("counted", "SELECT 'rows ' || count(*) FROM task WHERE matter_id = {matter}"),
    Attack("system columns", "SELECT ctid, xmin, tableoid, * FROM matter"),
    Attack("sampled", "SELECT * FROM party TABLESAMPLE SYSTEM (100)"),
    Attack("by its receipt number", "SELECT f.*, m.caption FROM form f JOIN matter m ON m.id = f.matter_id WHERE receipt_number = '{receipt}'"),
    Attack("by its bytes", "SELECT * FROM document WHERE sha256 = '{sha256}'"),
    Attack("through a parent", "SELECT b.data FROM blob_chunk b WHERE version_id = {version}"),
    Attack("through its trail", "SELECT * FROM audit WHERE stream = 'matter:{matter}'"),
    Attack("through its head", "SELECT * FROM audit_head WHERE stream = 'matter:{matter}'"),
    Attack("through who is inside", "SELECT * FROM matter_member"),
    Attack("through who is inside, counted", "SELECT 'members=' || count(*) FROM matter_member WHERE matter_id = {matter}", must=r"members=0\b"),
    Attack("through who owns it, counted", "SELECT 'owners=' || count(*) FROM matter_owner WHERE matter_id = {matter}", must=r"owners=0\b"),
    Attack("through its links, counted", "SELECT 'links=' || count(*) FROM matter_link WHERE {matter} IN (matter_id, other_id)", must=r"links=0\b"),
    Attack("through what goes out of it, counted", "SELECT 'sent=' || count(*) FROM delivery WHERE matter_id = {matter}", must=r"sent=0\b"),
    Attack("through its hand-overs, counted", "SELECT 'sheets=' || count(*) FROM handover WHERE matter_id = {matter} OR task_id = {task}", must=r"sheets=0\b"),
    Attack("through who looked at its packet, counted", "SELECT 'looks=' || count(*) FROM review_look WHERE packet_id = {packet}", must=r"looks=0\b"),
    Attack("through whom else it keeps out, counted", "SELECT 'others=' || count(*) FROM wall_screen WHERE person_id <> casedesk_uid()", must=r"others=0\b"),
    Attack("through a seal's ends", "SELECT seal_seq, stream, seq, hash, path FROM seal_head"),
    Attack("through a seal's ends, counted", "SELECT 'ends=' || count(*) FROM seal_head WHERE matter_id = {matter}", must=r"ends=0\b"),
    Attack("through the wall", "SELECT * FROM wall"),
    Attack("through the links", "SELECT * FROM matter_link WHERE other_id = {matter}"),
    Attack("a function on a stranger's matter", "SELECT casedesk_member({matter}), casedesk_keeps_wall({matter})"),
)  # fmt: skip

WRITING = (
    Attack("into the wall", "SELECT casedesk_set_member({matter}, casedesk_uid(), true, 0)", must="casedesk:not_allowed"),
    Attack("the wall down", "SELECT casedesk_lower_wall({matter}, 'it is in the way', 0)", must="casedesk:not_allowed"),
    Attack("the flag down", "UPDATE matter SET guarded = 0 WHERE id = {matter}", must=DENIED),
    Attack("the flag down, by row", "UPDATE matter SET guarded = 0", must=DENIED),
    Attack("a member by hand", "INSERT INTO matter_member (matter_id, person_id) SELECT {matter}, casedesk_uid()", must=DENIED),
    Attack("the wall's row", "UPDATE wall SET closed_us = 1, closed_by = casedesk_uid(), closed_reason = 'x'", must=DENIED),
    Attack("an entry in its trail", "SELECT casedesk_append_audit('matter:{matter}', {matter}, 0, 'x', 'x', '{{}}')", must="casedesk:"),
    Attack("an entry by hand", "INSERT INTO audit (stream, seq, prev, hash, at_us, actor, action, subject, payload) VALUES ('store', 9999, 'x', 'x', 0, 'aokafor', 'x', 'x', '{{}}')", must=DENIED),
    Attack("an entry changed", "UPDATE audit SET payload = '{{}}'", must=DENIED),
    Attack("entries gone", "DELETE FROM audit", must=DENIED),
    Attack("everything gone", "TRUNCATE audit, audit_head", must=DENIED),
    Attack("the head moved", "UPDATE audit_head SET seq = 0", must=DENIED),
    Attack("an entry in another's name", "SELECT casedesk_append_audit('person:{member}', NULL, 0, 'x', 'x', '{{}}')", must="casedesk:foreign_stream"),
    Attack("a seal of one's own", "INSERT INTO seal (seq, prev, root, at_us, key_id, hash, signature) VALUES (1, 'x', 'x', 0, 'x', 'x', 'x')", must=DENIED),
    Attack("a client that nobody sees", "INSERT INTO client (id, ref, name, created_us, guarded) VALUES (1, 'C-ZZZZZZ', 'x', 0, 1)", must="row-level security"),
    Attack("a note in it", "INSERT INTO note (id, matter_id, author_id, body, at_us) SELECT 1, {matter}, casedesk_uid(), 'x', 0", must=DENIED),
    Attack("a party in it", "INSERT INTO party (id, matter_id, role, name) VALUES (1, {matter}, 'beneficiary', 'x')", must=DENIED),
    Attack("a paper in it", "INSERT INTO document_version (id, document_id, version, sha256, bytes, pages, name, media_type, created_us, created_by) SELECT 1, {document}, 99, 'x', 1, 1, 'x', 'x', 0, casedesk_uid()", must=DENIED),
    Attack("bytes in it", "INSERT INTO blob_chunk (version_id, seq, data) VALUES ({version}, 99, 'x')", must=DENIED + "|casedesk:"),
    Attack("an item in it", "INSERT INTO task_item (id, task_id, position, code, text) VALUES (1, {task}, 99, 'x', 'x')", must=DENIED),
    Attack("a link to it", "INSERT INTO matter_link (matter_id, other_id, relation) VALUES ({open_matter}, {matter}, 'family')", must=DENIED),
    Attack("a word about it", "INSERT INTO outbox (id, matter_id, person_id, about, subject, message_id, created_us) SELECT 1, {matter}, casedesk_uid(), 'x', 'x', 'x', 0", must=DENIED),
    Attack("an event of it", "INSERT INTO event (id, trigger, subject, matter_id, actor_id, at_us, request_id) SELECT 1, 'x', 'x', {matter}, casedesk_uid(), 0, 'x'", must=DENIED),
    Attack("a look at it", "INSERT INTO review_look (packet_id, person_id, manifest_sha256, at_us) SELECT {packet}, casedesk_uid(), 'x', 0", must=DENIED),
    Attack("a form's number found out", "INSERT INTO form (id, matter_id, form, receipt_number) VALUES (1, {open_matter}, 'I-485', '{receipt}'); ROLLBACK; BEGIN", must="INSERT 0 1"),
    Attack("oneself a manager", "INSERT INTO person_role (person_id, role) SELECT casedesk_uid(), 'managing_partner'", must=DENIED),
    Attack("oneself an attorney", "INSERT INTO licence (id, person_id, kind) SELECT 1, casedesk_uid(), 'attorney'", must=DENIED),
    Attack("a login of one's own", "SELECT casedesk_add_login('mallory', 'SCRAM-SHA-256$x', ARRAY['casedesk_managing_partner'])", must=DENIED),
    Attack("a role of one's own", "CREATE ROLE mallory LOGIN", must=DENIED),
    Attack("a group of the managers", "GRANT casedesk_managing_partner TO bcole", must=DENIED),
    Attack("the store's marks", "UPDATE engine_meta SET value = '1' WHERE key = 'schema'", must=DENIED),
    Attack("a test's clock", "INSERT INTO engine_meta (key, value) VALUES ('manual_clock', '1')", must=DENIED),
    Attack("a trigger off", "ALTER TABLE review DISABLE TRIGGER ALL", must=DENIED),
    Attack("all triggers off", "SET session_replication_role = replica", must=DENIED),
    Attack("a column more", "ALTER TABLE review ADD COLUMN x int", must=DENIED),
    Attack("its checks decided", "SELECT 'seen=' || count(*) FROM conflict_check; UPDATE conflict_check SET state = 'declined', decided_by = casedesk_uid(), decided_us = {now}, reason = 'x'; ROLLBACK; BEGIN", MANAGER, SEEN_ONLY),
    Attack("its holds lifted", "SELECT 'seen=' || count(*) FROM legal_hold; UPDATE legal_hold SET closed_us = {now}, closed_by = casedesk_uid(), closed_reason = 'x'; ROLLBACK; BEGIN", MANAGER, SEEN_ONLY),
    Attack("its erasure asked for", "INSERT INTO erasure (id, ref, matter_id, reason, asked_by, asked_us) SELECT 1, 'E-ZZZZZZ', {matter}, 'x', casedesk_uid(), {now}", MANAGER, "row-level security|casedesk:erasure_of_closed_work"),
    Attack("its erasure carried out", "SELECT 'seen=' || count(*) FROM erasure; UPDATE erasure SET done_by = casedesk_uid(), done_us = {now}, papers = 0; ROLLBACK; BEGIN", MANAGER, SEEN_ONLY),
    Attack("its deliveries settled", "SELECT 'seen=' || count(*) FROM delivery; UPDATE delivery SET state = 'cancelled', settled_by = casedesk_uid(); ROLLBACK; BEGIN", MANAGER, SEEN_ONLY),
    Attack("a hand-over of one's own work in it", "INSERT INTO handover (id, absence_id, task_id, matter_id, from_id, to_id, by_id, at_us) SELECT 1, a.id, t.id, {matter}, casedesk_uid(), {attorney}, casedesk_uid(), {now} FROM task t, absence a WHERE t.matter_id = {open_matter} LIMIT 1", must="row-level security"),
    Attack("another's outbox", "UPDATE outbox SET state = 'failed' WHERE person_id <> casedesk_uid()"),
)  # fmt: skip

APPROVING = (
    Attack("a review decided in her name", "UPDATE review SET state = 'approved', decided_by = {attorney}, decided_us = {now} WHERE state = 'open'", INSIDE, REFUSED),
    Attack("a review decided in one's own", "UPDATE review SET state = 'approved', decided_by = casedesk_uid(), decided_us = {now} WHERE state = 'open'", INSIDE, REFUSED),
    Attack("a point answered", "UPDATE review_point SET answer = 'yes', comment = 'x'", INSIDE, "UPDATE 0"),
    Attack("a sign-off by hand", "INSERT INTO sign_off (id, packet_id, matter_id, manifest_sha256, review_id, content_review_id, second_review_id, preparer_id, second_reviewer_id, assembled_us, second_us, signer_id, licence_id, licence_kind, key_id, policy, statement, signature, signed_us) SELECT 1, s.packet_id, s.matter_id, s.manifest_sha256, s.review_id, s.content_review_id, s.second_review_id, s.preparer_id, s.second_reviewer_id, s.assembled_us, s.second_us, casedesk_uid(), s.licence_id, s.licence_kind, s.key_id, s.policy, s.statement, s.signature, {now} FROM sign_off s", INSIDE, REFUSED),
    Attack("a sign-off in her name", "INSERT INTO sign_off SELECT (s).* FROM (SELECT s FROM sign_off s) x", INSIDE, REFUSED),
    Attack("a sign-off brought back", "UPDATE sign_off SET live = 1", INSIDE, DENIED),
    Attack("a sign-off taken away", "DELETE FROM sign_off", INSIDE, DENIED),
    Attack("pages changed after it", "UPDATE manifest SET body = '{{}}'", INSIDE, DENIED),
    Attack("bytes changed after it", "UPDATE blob_chunk SET data = 'x'", INSIDE, DENIED),
    Attack("a paper's hash changed", "UPDATE document SET sha256 = 'x'", INSIDE, DENIED),
    Attack("a policy of one pair of eyes", "INSERT INTO firm_policy (id, seq, policy, eyes, eyes_before, set_by, set_us) SELECT 1, 2, 'sole', 1, 3, casedesk_uid(), {now}", INSIDE, REFUSED),
    Attack("a reviewer's training", "INSERT INTO licence (id, person_id, kind) SELECT 1, casedesk_uid(), 'reviewer'", INSIDE, DENIED),
    Attack("a signing key", "INSERT INTO signing_key (key_id, person_id, public_key, wrapped, salt, token_sha256, enrolled_us) SELECT 'x', casedesk_uid(), 'x', 'x', 'x', 'x', {now}", INSIDE, REFUSED),
    Attack("her key revoked", "UPDATE signing_key SET active = 0, revoked_us = {now}", INSIDE, "UPDATE 0|permission denied|row-level"),
    Attack("shipped without her", "INSERT INTO filing (id, ref, packet_id, matter_id, manifest_sha256, sign_off_id, state, shipped_us, shipped_by) SELECT 1, 'F-1', k.packet_id, k.matter_id, k.manifest_sha256, 1, 'shipped', {now}, casedesk_uid() FROM review k WHERE k.kind = 'content' AND k.matter_id = {open_matter}", INSIDE, REFUSED),
    Attack("a preparer made somebody else", "UPDATE draft SET submitted_by = {attorney}", INSIDE, DENIED),
    Attack("a date met", "UPDATE deadline SET state = 'met', met_us = {now} WHERE matter_id = {matter}", INSIDE, "casedesk:"),
    Attack("her words released", "UPDATE message SET state = 'approved', approved_by = casedesk_uid(), approved_us = {now} WHERE state = 'awaiting_approval' AND release = 'attorney'", INSIDE, "casedesk:|UPDATE 0"),
    Attack("a reserved step ticked", "UPDATE task_item SET state = 'done', done_by = casedesk_uid(), done_us = {now} WHERE reserved = 1 AND state = 'open'", INSIDE, "casedesk:|UPDATE 0"),
)  # fmt: skip

DENYING = (
    Attack("every table locked", "LOCK TABLE task, review, audit_head, matter IN ACCESS EXCLUSIVE MODE", must=DENIED),
    Attack("a table locked for writing", "LOCK TABLE task IN SHARE MODE", must=DENIED),
    Attack("the trail's ends locked", "SELECT * FROM audit_head FOR UPDATE", must=DENIED),
    Attack("a colleague's session ended", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'aokafor'"),
    Attack("the worker's session ended", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk'"),
    Attack("a query of another's ended", "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'aokafor'"),
    Attack("the sessions of the shut out", "SELECT casedesk_end_shut_out({matter})"),
    Attack("the counter set back", "SELECT setval('casedesk_change', 1)", must=DENIED),
    Attack("the database renamed", "ALTER DATABASE {database} RENAME TO mine", must=DENIED),
    Attack("the server's settings", "ALTER SYSTEM SET max_connections = 1", must=DENIED + "|transaction block"),
    Attack("a colleague's password", "ALTER ROLE aokafor PASSWORD 'x'", must=DENIED),
    Attack("a colleague's limit", "ALTER ROLE aokafor CONNECTION LIMIT 0", must=DENIED),
    Attack("a table dropped", "DROP TABLE audit", must=DENIED),
    Attack("all of mine dropped", "DROP OWNED BY casedesk_staff", must=DENIED),
    Attack("tables of one's own", "CREATE TABLE mine (x int)", must=DENIED),
    Attack("temporary tables without end", "CREATE TEMP TABLE mine AS SELECT 1", must=DENIED),
)  # fmt: skip

ALL = (*READING, *WRITING, *APPROVING, *DENYING)
