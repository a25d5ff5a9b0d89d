-- title: What share of staff held fewer than a number of cases, and how many on average?
-- source: Minister of State, House of Lords, June 2022: 96% held fewer than 50 cases, 34 on average
-- dated: 2022-06-30
-- reviewed: 2026-11-27
-- reads: units of offender_manager: code, cases
-- parameter: below, whole, 50, cases
-- group: staff
-- withholds: percentage_under, mean_cases
-- note: The date of the source is its month.
SELECT
    as_at,
    place,
    count(*) AS staff,
    100e0 * count(*) FILTER (WHERE cases < $below) / staff AS percentage_under,
    avg(cases) AS mean_cases
FROM units
GROUP BY as_at, place
ORDER BY as_at, place
