-- reached: the milestones somebody set in a matter, oldest first
SELECT e.id, e.actor_id, e.at_us, e.outcome FROM event e
WHERE e.matter_id = :matter_id AND e.trigger = 'milestone.reached' ORDER BY e.at_us, e.id

-- notes: the words noted with them
SELECT id, body FROM note WHERE matter_id = :matter_id

-- filing_delivered: when the first filing of a matter arrived
SELECT min(delivered_us) AS at_us FROM filing WHERE matter_id = :matter_id AND state <> 'rejected'

-- form_received: when the agency received the first form of a matter that has a receipt number
SELECT min(received) AS on_day FROM form WHERE matter_id = :matter_id AND receipt_number IS NOT NULL

-- attended: when somebody first was where an appointment of a kind was set
SELECT min(at_us) AS at_us FROM appointment WHERE matter_id = :matter_id AND kind = :kind AND outcome = 'attended'
