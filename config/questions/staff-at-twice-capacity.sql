-- title: How many staff were over twice their capacity in each week?
-- source: BBC News 64344284: some officers at 200% in January 2023
-- dated: 2023-01-31
-- reviewed: 2026-12-01
-- reads: units of offender_manager: capacity_percentage, cases, available_points
-- parameter: over, number, 200, per cent of capacity
-- group: staff
-- withholds: staff_over, highest_percentage
-- note: The date of the source is its month.
-- note: Staff are people with hours for cases or with cases: an SPO, or someone absent or who left, counts while they hold cases.
SELECT
    as_at,
    place,
    count(*) AS staff,
    count(*) FILTER (WHERE capacity_percentage > $over) AS staff_over,
    max(capacity_percentage) AS highest_percentage
FROM units
WHERE available_points > 0 OR cases > 0
GROUP BY as_at, place
ORDER BY as_at, place
