-- title: How many cases did an offender manager hold on average in each year?
-- source: written question 3550, House of Commons, answered 11 September 2024
-- dated: 2024-09-11
-- reviewed: 2026-12-01
-- reads: units of offender_manager: code, cases, offender_managers
-- group: staff
-- withholds: mean_cases, most_cases
-- note: The mean is over people and weeks; a person without a case counts.
-- note: Staff are offender managers who have not left; an SPO, or someone who left, counts while they hold cases.
SELECT year, place, count(DISTINCT code) AS staff, avg(cases) AS mean_cases, max(cases) AS most_cases
FROM units
WHERE offender_managers > 0 OR cases > 0
GROUP BY year, place
ORDER BY year, place
