-- now: the firm's settings as they stand: the newest row of each key
SELECT s.key, s.value, s.seq, s.set_by, s.set_us FROM firm_setting s
WHERE s.seq = (SELECT max(x.seq) FROM firm_setting x WHERE x.key = s.key) ORDER BY s.key

-- one: one setting as it stands
SELECT key, value, seq, set_by, set_us FROM firm_setting WHERE key = :key ORDER BY seq DESC LIMIT 1
