-- title: What share of staff held fewer than a number of cases, and how many on average?
-- source: Minister of State, House of Lords, June 2022: 96% held fewer than 50 cases, 34 on average
-- dated: 2022-06-30
-- reviewed: 2026-12-01
-- reads: units of offender_manager: cases, available_points
-- parameter: below, whole, 50, cases
-- group: staff
-- withholds: percentage_under, mean_cases
-- note: The date of the source is its month.
-- note: Staff are people with hours for cases or with cases: an SPO, or someone absent or who left, counts while they hold cases.
SELECT
    as_at,
    place,
    count(*) AS staff,
    100e0 * count(*) FILTER (WHERE cases < $below) / staff AS percentage_under,
    avg(cases) AS mean_cases
FROM units
WHERE available_points > 0 OR cases > 0
GROUP BY as_at, place
ORDER BY as_at, place
