-- before_court: whether a matter is before the Executive Office for Immigration Review
SELECT m.id FROM matter m WHERE m.id = :matter_id AND (m.type = 'removal_defense'
    OR EXISTS (SELECT 1 FROM form f WHERE f.matter_id = m.id AND substr(f.form, 1, 5) = 'EOIR-')
    OR EXISTS (SELECT 1 FROM notice n WHERE n.matter_id = m.id AND n.kind IN ('hearing', 'ij_decision', 'bia_decision')))

-- beyond_accreditation: attorneys of open matters before the court who are accredited before DHS alone
SELECT o.kind, m.ref, p.handle FROM matter_owner o JOIN matter m ON m.id = o.matter_id JOIN person p ON p.id = o.person_id
WHERE m.status <> 'closed' AND o.kind IN ('lead_attorney', 'supervising_attorney') AND (m.type = 'removal_defense'
        OR EXISTS (SELECT 1 FROM form f WHERE f.matter_id = m.id AND substr(f.form, 1, 5) = 'EOIR-')
        OR EXISTS (SELECT 1 FROM notice n WHERE n.matter_id = m.id AND n.kind IN ('hearing', 'ij_decision', 'bia_decision')))
    AND NOT EXISTS (SELECT 1 FROM licence l WHERE l.person_id = p.id AND l.active = 1 AND (l.expires IS NULL OR l.expires >= :today)
        AND (l.kind = 'attorney' OR (l.kind = 'accredited_representative' AND l.scope = 'full')))
ORDER BY m.ref, o.kind

-- grants.sqlite: a local store grants everything to whoever opens it
SELECT '' AS act, 1 AS granted WHERE :login = '' AND 1 = 0

-- grants.postgresql: which acts the server's own grants leave open to a login; what a row says is asked of the rules
SELECT g.act, bool_and(g.granted) AS granted
FROM (SELECT COALESCE(CAST(:login AS name), session_user) AS login) l, LATERAL (VALUES
    ('rfe_triage', has_column_privilege(l.login, 'task_item', 'state', 'UPDATE')),
    ('reserved_step', has_column_privilege(l.login, 'task_item', 'state', 'UPDATE')),
    ('waive_step', has_column_privilege(l.login, 'task_item', 'state', 'UPDATE')),
    ('strategy_note', has_table_privilege(l.login, 'strategy_note', 'INSERT')),
    ('content_review', has_column_privilege(l.login, 'review', 'state', 'UPDATE')),
    ('second_review', has_column_privilege(l.login, 'review', 'state', 'UPDATE')),
    ('sign_off', has_table_privilege(l.login, 'sign_off', 'INSERT')),
    ('release_notice', has_column_privilege(l.login, 'message', 'state', 'UPDATE')),
    ('client_update', has_column_privilege(l.login, 'message', 'state', 'UPDATE')),
    ('conflict_decision', has_column_privilege(l.login, 'conflict_check', 'state', 'UPDATE')),
    ('loosen_policy', has_table_privilege(l.login, 'firm_policy', 'INSERT')),
    ('tighten_policy', has_table_privilege(l.login, 'firm_policy', 'INSERT')),
    ('check_delegated', has_column_privilege(l.login, 'supervision', 'outcome', 'UPDATE')),
    ('delegate_work', has_table_privilege(l.login, 'supervision', 'INSERT')),
    ('raise_wall', COALESCE(has_function_privilege(l.login, to_regprocedure('casedesk_raise_wall(bigint, text, bigint, text, bigint[], bigint)'), 'EXECUTE'), false)),
    ('export_matter', has_table_privilege(l.login, 'export_record', 'INSERT')),
    ('reassign_task', has_column_privilege(l.login, 'task', 'owner_id', 'UPDATE')),
    ('add_person', has_table_privilege(l.login, 'person', 'INSERT')),
    ('add_person', COALESCE(has_function_privilege(l.login, to_regprocedure('casedesk_add_login(text, text, text[])'), 'EXECUTE'), false)),
    ('add_person', COALESCE(has_function_privilege(l.login, to_regprocedure('casedesk_close_login(bigint)'), 'EXECUTE'), false)),
    ('give_role', COALESCE(has_function_privilege(l.login, to_regprocedure('casedesk_set_role(bigint, text, boolean)'), 'EXECUTE'), false)),
    ('make_manager', COALESCE(has_function_privilege(l.login, to_regprocedure('casedesk_set_role(bigint, text, boolean)'), 'EXECUTE'), false)),
    ('grant_licence', has_table_privilege(l.login, 'licence', 'INSERT')),
    ('record_training', has_table_privilege(l.login, 'training', 'INSERT')),
    ('read_trail', has_table_privilege(l.login, 'audit', 'SELECT')),
    ('open_matter', has_table_privilege(l.login, 'matter', 'INSERT')),
    ('name_owner', has_table_privilege(l.login, 'matter_owner', 'INSERT')),
    ('match_notice', has_column_privilege(l.login, 'document', 'matter_id', 'UPDATE')),
    ('ship_filing', has_table_privilege(l.login, 'filing', 'INSERT')),
    ('notice_intake', has_column_privilege(l.login, 'task_item', 'state', 'UPDATE')),
    ('gather_evidence', has_table_privilege(l.login, 'document', 'INSERT')),
    ('draft_within_templates', has_table_privilege(l.login, 'draft', 'INSERT')),
    ('interview', has_table_privilege(l.login, 'call', 'INSERT')),
    ('watch_status', has_column_privilege(l.login, 'task', 'state', 'UPDATE')),
    ('support_work', has_table_privilege(l.login, 'note', 'INSERT'))) AS g (act, granted)
GROUP BY g.act

-- login_of: a person's login on the shared store
SELECT login FROM person WHERE id = :id
