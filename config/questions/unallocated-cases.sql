-- title: How many cases had no named practitioner in each week?
-- source: HM Inspectorate of Probation, October 2022: hundreds of cases without a named practitioner in one London unit
-- dated: 2022-10-31
-- reviewed: 2026-11-27
-- reads: units of office: cases, unallocated_cases
-- group: cases
-- withholds: unallocated, percentage
-- note: The date of the source is its month.
SELECT
    as_at,
    place,
    sum(cases) AS cases,
    sum(unallocated_cases) AS unallocated,
    CASE WHEN sum(cases) > 0 THEN 100e0 * sum(unallocated_cases) / sum(cases) END AS percentage
FROM units
GROUP BY as_at, place
ORDER BY as_at, place
