-- title: How many cases had each finding about what was recorded or overseen, as at the last week?
-- source: HM Inspectorate of Probation, A Stalled Journey, section 1.2: no MAPPA level in 24 of 71 cases
-- dated: 2009-10-31
-- reviewed: 2026-11-27
-- reads: findings: finding, crn
-- note: The date of the source is its month.
SELECT finding, place, count(*) AS found, count(DISTINCT crn) AS cases_with_it
FROM findings
WHERE week = (SELECT max(week) FROM weeks)
GROUP BY finding, place
ORDER BY finding, place
