-- title: In how many offices did a full-time SPO have more offender managers than a number?
-- source: HM Inspectorate of Probation, thematic inspection, January 2024: span of control too wide
-- dated: 2024-01-31
-- reviewed: 2026-11-27
-- reads: units of office: span
-- parameter: more_than, number, 10, offender managers for each full-time SPO
-- note: The date of the source is its month.
SELECT
    as_at,
    place,
    count(*) AS offices,
    count(span) AS offices_known,
    count(*) FILTER (WHERE span > $more_than) AS offices_over,
    max(span) AS widest
FROM units
GROUP BY as_at, place
ORDER BY as_at, place
