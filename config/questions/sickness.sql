-- title: What share of contracted hours was lost to sickness in each week?
-- source: National Audit Office, Management of Staff Sickness Absence in the National Probation Service; and A Stalled Journey, overview
-- dated: 2009-10-31
-- reviewed: 2026-11-27
-- reads: staffing of office: sick_hours, contracted_hours
-- note: The date is that of A Stalled Journey.
SELECT
    as_at,
    place,
    sum(sick_hours) AS sick_hours,
    sum(contracted_hours) AS contracted_hours,
    CASE WHEN sum(contracted_hours) > 0 THEN 100 * sum(sick_hours) / sum(contracted_hours) END AS percentage
FROM staffing
GROUP BY as_at, place
ORDER BY as_at, place
