-- title: How many cases did an offender manager hold on average in each year?
-- source: written question 3550, House of Commons, answered 11 September 2024
-- dated: 2024-09-11
-- reviewed: 2026-12-01
-- reads: units of offender_manager: code, cases, available_points
-- group: staff
-- withholds: mean_cases, most_cases
-- note: The mean is over people and weeks; a person without a case counts.
-- note: Staff are people with hours for cases or with cases: an SPO, or someone absent or who left, counts while they hold cases.
SELECT year, place, count(DISTINCT code) AS staff, avg(cases) AS mean_cases, max(cases) AS most_cases
FROM units
WHERE available_points > 0 OR cases > 0
GROUP BY year, place
ORDER BY year, place
