-- title: How many cases were there for each offender manager in each year?
-- source: House of Commons, written answers, 15 July 2009: offenders for each offender manager
-- dated: 2009-07-15
-- reviewed: 2026-12-01
-- reads: units of all, area, cluster, office: level, code, parent_code, cases, offender_managers
-- group: staff
-- withholds: cases_per_officer
-- note: Staff is the mean of the weeks; a person with posts in two offices of a place counts once.
SELECT
    year,
    place,
    1e0 * sum(offender_managers) / count(DISTINCT week) AS staff,
    CASE WHEN sum(offender_managers) > 0 THEN 1e0 * sum(cases) / sum(offender_managers) END AS cases_per_officer
FROM units
-- Each person counts once in a unit, so of a place only the uppermost units are added up.
WHERE NOT EXISTS (
    SELECT 1
    FROM units AS above
    WHERE
        above.as_at = units.as_at
        AND above.place = units.place
        AND above.code = units.parent_code
        AND units.level || ' ' || above.level IN ('office cluster', 'cluster area', 'area all')
)
GROUP BY year, place
ORDER BY year, place
