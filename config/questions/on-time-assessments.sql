-- title: What share of assessments was done on time, by rule, as at the last week?
-- source: HM Inspectorate of Probation, A Stalled Journey: reviews of risk of harm on time in 72% of cases
-- dated: 2009-10-31
-- reviewed: 2026-11-27
-- reads: timeliness of office: rule, fell_due, on_time
-- group: fell_due
-- withholds: on_time, percentage
-- note: On time says nothing about quality. The date of the source is its month.
SELECT
    rule,
    place,
    sum(fell_due) AS fell_due,
    sum(on_time) AS on_time,
    100e0 * sum(on_time) / sum(fell_due) AS percentage
FROM timeliness
WHERE week = (SELECT max(week) FROM weeks)
GROUP BY rule, place
ORDER BY rule, place
