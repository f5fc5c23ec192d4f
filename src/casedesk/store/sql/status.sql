-- due: receipts that were not looked up since a day, or whose next look has come, the oldest first
SELECT f.id, f.form, f.receipt_number, f.status, f.case_status, f.checked, f.received, f.next_check, m.ref AS matter_ref,
    m.caption
FROM form f JOIN matter m ON m.id = f.matter_id
WHERE f.receipt_number IS NOT NULL AND m.status <> 'closed'
    AND ((f.next_check IS NOT NULL AND f.next_check <= :today)
        OR (f.next_check IS NULL AND COALESCE(f.checked, f.received, '') <= :since))
ORDER BY COALESCE(f.checked, f.received, ''), f.receipt_number, f.id

-- form: the form that bears a receipt number
SELECT f.id, f.form, f.receipt_number, f.matter_id, f.status, f.case_status, f.version, m.ref AS matter_ref, m.guarded
FROM form f JOIN matter m ON m.id = f.matter_id WHERE f.receipt_number = :receipt_number ORDER BY m.guarded, f.id

-- awaited_task: the open task of a form that waits for the agency's paper
SELECT t.id, t.ref FROM task t JOIN playbook_run r ON r.id = t.run_id
WHERE r.form_id = :form_id AND r.playbook IN ('rfe_not_here', 'intent_not_here') AND t.state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')

-- awaited_date: the provisional date of a form whose paper has not come
SELECT d.id, d.ref FROM deadline d WHERE d.form_id = :form_id AND d.kind = :kind AND d.notice_id IS NULL
    AND d.state IN ('provisional', 'open', 'conflict')

-- message_held: a message that names a form and that nobody has released yet
SELECT s.id FROM message s WHERE s.matter_id = :matter_id AND s.template = :template AND s.state = 'awaiting_approval'
    AND s.body LIKE :naming

-- checks: the looks at a form's status, the newest first
SELECT c.id, c.on_day, c.words, c.read_as, c.next_check, c.by_id, c.at_us FROM status_check c
WHERE c.form_id = :form_id ORDER BY c.at_us DESC, c.id DESC LIMIT :limit
