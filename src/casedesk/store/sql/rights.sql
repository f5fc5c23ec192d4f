-- before_court: whether a matter is before the Executive Office for Immigration Review
SELECT m.id FROM matter m WHERE m.id = :matter_id AND (m.type = 'removal_defense'
    OR EXISTS (SELECT 1 FROM form f WHERE f.matter_id = m.id AND substr(f.form, 1, 5) = 'EOIR-')
    OR EXISTS (SELECT 1 FROM notice n WHERE n.matter_id = m.id AND n.kind IN ('hearing', 'ij_decision', 'bia_decision')))
