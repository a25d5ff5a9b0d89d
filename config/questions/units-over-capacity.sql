-- title: How many clusters were over a share of their capacity in each week?
-- source: BBC News 64344284: 10 of 12 regions over 100% in January 2023
-- dated: 2023-01-31
-- reviewed: 2026-11-27
-- reads: units of cluster: capacity_percentage
-- parameter: over, number, 100, per cent of capacity
-- note: The date of the source is its month. By office there is no row: a cluster is no part of an office.
SELECT
    as_at,
    place,
    count(*) AS clusters,
    count(*) FILTER (WHERE capacity_percentage > $over) AS clusters_over
FROM units
GROUP BY as_at, place
ORDER BY as_at, place
