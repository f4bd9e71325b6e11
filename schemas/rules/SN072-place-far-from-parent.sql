-- code: SN072
-- name: place-far-from-parent
-- severity: error
-- table: places
-- field: latitude
-- fields: latitude, longitude, parent_id
-- message: the point lies {distance} km from that of `{parent_id}`, more than {limit} km
-- what: A place is farther from the point of its parent than a place of that kind can be: 150 km
--   for a city, 1,500 km for a first-level division, 7,000 km for a country or region. Both need
--   coordinates. Points at 0, 0 are found by the suite.
-- why: Swapped or mistyped coordinates often stay inside the legal range. The distance shows them.
-- example: London at -0.1276, 51.5072, in the Indian Ocean
-- fix: Latitude is north and south, longitude east and west; swap or correct them.
SELECT place_id, parent_id, round(distance)::BIGINT AS distance, "limit"
FROM (
  SELECT c.place_id, c.parent_id,
    12742 * asin(least(1, sqrt(
      pow(sin(radians(p.latitude - c.latitude) / 2), 2)
      + cos(radians(c.latitude)) * cos(radians(p.latitude))
        * pow(sin(radians(p.longitude - c.longitude) / 2), 2)))) AS distance,
    CASE p.place_type WHEN 'site' THEN 150 WHEN 'city' THEN 150 WHEN 'admin1' THEN 1500
      ELSE 7000 END AS "limit"
  FROM places c JOIN places p ON p.place_id = c.parent_id
  WHERE (c.latitude, c.longitude) <> (0, 0)
    AND p.latitude IS NOT NULL AND p.longitude IS NOT NULL
)
WHERE distance > "limit"
