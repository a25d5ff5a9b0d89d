-- title: How many cases were there for each offender manager in each year?
-- source: House of Commons, written answers, 15 July 2009: offenders for each offender manager
-- dated: 2009-07-15
-- reviewed: 2026-11-27
-- reads: units of office: cases, offender_managers
-- group: staff
-- withholds: cases_per_officer
-- note: Staff is the mean of the weeks.
SELECT
    year,
    place,
    1e0 * sum(offender_managers) / count(DISTINCT week) AS staff,
    CASE WHEN sum(offender_managers) > 0 THEN 1e0 * sum(cases) / sum(offender_managers) END AS cases_per_officer
FROM units
GROUP BY year, place
ORDER BY year, place
