-- title: How many offices were red, amber and green in each week?
-- source: HM Inspectorate of Probation, 2 February 2023: 12 of 18 London units red in autumn 2022
-- dated: 2023-02-02
-- reviewed: 2026-11-27
-- reads: units of office: band
-- note: The bands are those of the policy, not of the Prioritisation Framework, whose lines are not published.
-- note: Offices of the band spare, below green, and offices without available points are in none of the three columns.
SELECT
    as_at,
    place,
    count(*) AS offices,
    count(*) FILTER (WHERE band = 'red') AS red,
    count(*) FILTER (WHERE band = 'amber') AS amber,
    count(*) FILTER (WHERE band = 'green') AS green
FROM units
GROUP BY as_at, place
ORDER BY as_at, place
