-- of_matter: a matter's forms
SELECT f.id, f.form, f.receipt_number, f.received, f.priority_date, f.status, f.checked, f.expires, f.g28_by,
    f.g28_on, f.channel, f.version, f.next_check, f.case_status, f.category, f.chargeability, p.name AS party
FROM form f LEFT JOIN party p ON p.id = f.party_id WHERE f.matter_id = :matter_id ORDER BY f.form, f.id
