-- title: How many staff were over a share of their capacity for more than a number of weeks in a row?
-- source: written question 172934, House of Commons, answered 30 March 2021: could be obtained only at disproportionate cost
-- dated: 2021-03-30
-- reviewed: 2026-12-01
-- reads: units of offender_manager: code, capacity_percentage, cases, available_points
-- parameter: over, number, 120, per cent of capacity
-- parameter: weeks, whole, 4, weeks in a row
-- group: staff
-- withholds: staff_over, percentage
-- note: An offender manager counts in a year if a week of that year is at least the first week after that many weeks in a row.
-- note: A week without a snapshot, or without a percentage, neither breaks a run nor counts.
-- note: Staff are people with hours for cases or with cases: an SPO, or someone absent or who left, counts while they hold cases.
WITH marked AS (
    SELECT
        year, place, code, week,
        available_points > 0 OR cases > 0 AS is_staff,
        capacity_percentage > $over AS is_over,
        capacity_percentage <= $over OR week - lag(week) OVER one > 1 AS ends_run
    FROM units
    WINDOW one AS (PARTITION BY code ORDER BY week)
),
runs AS (
    SELECT year, place, code, week, is_staff, is_over, count(*) FILTER (WHERE ends_run) OVER one AS run
    FROM marked
    WINDOW one AS (PARTITION BY code ORDER BY week)
),
lengths AS (
    SELECT year, place, code, is_staff, is_over, count(*) FILTER (WHERE is_over) OVER one AS weeks_running
    FROM runs
    WINDOW one AS (PARTITION BY code, run ORDER BY week)
),
people AS (
    SELECT year, place, code, max(weeks_running) FILTER (WHERE is_over) > $weeks AS is_long_over
    FROM lengths
    WHERE is_staff
    GROUP BY year, place, code
)
SELECT
    year,
    place,
    count(*) AS staff,
    count(*) FILTER (WHERE is_long_over) AS staff_over,
    100e0 * staff_over / staff AS percentage
FROM people
GROUP BY year, place
ORDER BY year, place
