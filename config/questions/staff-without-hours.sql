-- title: How many staff held cases but had no hours to work on them?
-- source: written question 3550, House of Commons, answered 11 September 2024: staff who left or are on long absence still hold cases
-- dated: 2024-09-11
-- reviewed: 2026-12-01
-- reads: units of offender_manager: cases, available_points
-- group: staff
-- withholds: without_hours, their_cases
-- note: Staff are people with hours for cases or with cases: an SPO, or someone absent or who left, counts while they hold cases.
SELECT
    as_at,
    place,
    count(*) AS staff,
    count(*) FILTER (WHERE available_points = 0 AND cases > 0) AS without_hours,
    coalesce(sum(cases) FILTER (WHERE available_points = 0), 0) AS their_cases
FROM units
WHERE available_points > 0 OR cases > 0
GROUP BY as_at, place
ORDER BY as_at, place
