-- title: What share of offender managers had less experience than the policy asks for?
-- source: HM Inspectorate of Probation, A Stalled Journey, overview: few had more than about three years
-- dated: 2009-10-31
-- reviewed: 2026-11-27
-- reads: units of office: offender_managers, inexperienced
-- group: staff
-- withholds: inexperienced_staff, percentage
-- note: Offices whose extract does not record experience are left out.
SELECT
    as_at,
    place,
    coalesce(sum(offender_managers) FILTER (WHERE inexperienced IS NOT NULL), 0) AS staff,
    sum(inexperienced) AS inexperienced_staff,
    CASE WHEN staff > 0 THEN 100e0 * inexperienced_staff / staff END AS percentage
FROM units
GROUP BY as_at, place
ORDER BY as_at, place
