-- title: How many offices and clusters stayed a hotspot for a number of weeks or more in each year?
-- source: National Audit Office, 24 October 2025: no thresholds for tolerable risk
-- dated: 2025-10-24
-- reviewed: 2026-11-27
-- reads: hotspots of office, cluster: level, code, rule, status, weeks
-- parameter: weeks, whole, 8, weeks
SELECT
    year,
    place,
    rule,
    count(DISTINCT level || ' ' || code) AS units_hot,
    count(DISTINCT level || ' ' || code) FILTER (WHERE weeks >= $weeks) AS units_hot_for_long,
    max(weeks) AS longest
FROM hotspots
WHERE status <> 'cleared'
GROUP BY year, place, rule
ORDER BY year, place, rule
