-- title: How many staff held more than a number of cases in each week?
-- source: HM Inspectorate of Probation, Research and Analysis Bulletin 2021/02: quality falls above 50 cases
-- dated: 2021-03-19
-- reviewed: 2026-12-01
-- reads: units of offender_manager: cases, available_points
-- parameter: more_than, whole, 50, cases
-- group: staff
-- withholds: staff_over, percentage
-- note: Staff are people with hours for cases or with cases: an SPO, or someone absent or who left, counts while they hold cases.
SELECT
    as_at,
    place,
    count(*) AS staff,
    count(*) FILTER (WHERE cases > $more_than) AS staff_over,
    100e0 * staff_over / staff AS percentage
FROM units
WHERE available_points > 0 OR cases > 0
GROUP BY as_at, place
ORDER BY as_at, place
