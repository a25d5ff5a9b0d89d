-- title: In how many offices that were within capacity was an offender manager over the line?
-- source: Channel 4 News, 7 February 2023, and House of Lords, June 2022: low averages and overloaded staff at once
-- dated: 2023-02-07
-- reviewed: 2026-12-01
-- reads: units of office: capacity_percentage, offender_managers_over
-- parameter: within, number, 100, per cent of capacity
-- note: A person with posts in two such offices counts in each.
SELECT
    as_at,
    place,
    count(*) FILTER (WHERE capacity_percentage <= $within) AS offices_within,
    count(*) FILTER (WHERE capacity_percentage <= $within AND offender_managers_over > 0) AS offices_with_staff_over,
    coalesce(sum(offender_managers_over) FILTER (WHERE capacity_percentage <= $within), 0) AS staff_over
FROM units
GROUP BY as_at, place
ORDER BY as_at, place
