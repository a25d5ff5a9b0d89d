-- title: What share of offender managers had less experience than the policy asks for?
-- source: HM Inspectorate of Probation, A Stalled Journey, overview: few had more than about three years
-- dated: 2009-10-31
-- reviewed: 2026-12-01
-- reads: units of all, area, cluster, office: level, code, parent_code, offender_managers, inexperienced, experience_unknown
-- group: staff
-- withholds: inexperienced_staff, percentage
-- note: Staff are the offender managers whose experience is recorded; a person with posts in two offices of a place counts once.
SELECT
    as_at,
    place,
    coalesce(sum(offender_managers - experience_unknown) FILTER (WHERE inexperienced IS NOT NULL), 0) AS staff,
    sum(inexperienced) AS inexperienced_staff,
    CASE WHEN staff > 0 THEN 100e0 * inexperienced_staff / staff END AS percentage
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
GROUP BY as_at, place
ORDER BY as_at, place
