-- _cells: a cell as it stands last
SELECT b.id, b.month, b.chart, b.category, b.chargeability, b.cutoff, b.seq, b.entered_by, b.entered_us FROM visa_bulletin b

-- cell: one cell as it stands last
{_cells} WHERE b.month = :month AND b.chart = :chart AND b.category = :category AND b.chargeability = :chargeability
ORDER BY b.seq DESC LIMIT 1

-- listing: every cell as it stands last, the newest month first
{_cells} WHERE b.seq = (SELECT max(x.seq) FROM visa_bulletin x WHERE x.month = b.month AND x.chart = b.chart
        AND x.category = b.category AND x.chargeability = b.chargeability)
    AND (CAST(:month AS text) IS NULL OR b.month = :month)
ORDER BY b.month DESC, b.chart, b.category, b.chargeability, b.id

-- newest: the newest month of a chart in which a category and area stands, up to a month
SELECT b.month, b.cutoff FROM visa_bulletin b
WHERE b.chart = :chart AND b.category = :category AND b.chargeability = :chargeability AND b.month <= :until
ORDER BY b.month DESC, b.seq DESC LIMIT 1

-- forms: the forms of open matters that wait for a visa number
SELECT f.id, f.form, f.matter_id, f.category, f.chargeability, f.priority_date, m.ref AS matter_ref, m.caption
FROM form f JOIN matter m ON m.id = f.matter_id
WHERE m.status <> 'closed' AND f.priority_date IS NOT NULL AND f.category <> ''
    AND (CAST(:category AS text) IS NULL OR f.category = :category)
ORDER BY f.category, f.priority_date, f.id
