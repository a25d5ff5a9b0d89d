-- title: What share of cases was in each tier, as at the last week?
-- source: House of Commons, written answers, 8 June 2009: cases in Tier 4
-- dated: 2009-06-08
-- reviewed: 2026-11-27
-- reads: cases: crn, tier
-- group: cases_in_tier
-- withholds: percentage
SELECT
    coalesce(tier, 'untiered') AS tier_now,
    place,
    count(*) AS cases_in_tier,
    100e0 * cases_in_tier / sum(count(*)) OVER (PARTITION BY place) AS percentage
FROM cases
WHERE week = (SELECT max(week) FROM weeks)
GROUP BY tier_now, place
ORDER BY tier_now, place
