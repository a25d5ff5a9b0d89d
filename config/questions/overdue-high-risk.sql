-- title: How many assessments of cases with high risk of serious harm were overdue in each week?
-- source: HM Inspectorate of Probation, A Stalled Journey, section 2.2
-- dated: 2009-10-31
-- reviewed: 2026-11-27
-- reads: units of office: overdue, high_risk_overdue
-- note: The date of the source is its month.
SELECT as_at, place, sum(overdue) AS overdue, sum(high_risk_overdue) AS high_risk_overdue
FROM units
GROUP BY as_at, place
ORDER BY as_at, place
