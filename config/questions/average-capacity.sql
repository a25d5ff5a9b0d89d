-- title: What was the average workload as a share of capacity in each year?
-- source: Channel 4 News FactCheck, from requests under the Freedom of Information Act: about 120% in 2023, 117% in early 2024
-- dated: 2024-06-30
-- reviewed: 2026-11-27
-- reads: units of office: total_points, available_points
-- note: Points are added over the weeks of the year: a year is the mean of its weeks, not one day at the start of a month.
SELECT
    year,
    place,
    sum(total_points) AS total_points,
    sum(available_points) AS available_points,
    CASE WHEN sum(available_points) > 0 THEN 100 * sum(total_points) / sum(available_points) END AS percentage
FROM units
GROUP BY year, place
ORDER BY year, place
