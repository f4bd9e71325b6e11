-- code: SN021
-- name: subdivision-of-other-country
-- severity: error
-- table: places
-- field: subdivision_code
-- fields: subdivision_code, country_code
-- message: the subdivision `{subdivision_code}` does not lie in the country `{country_code}`
-- what: An ISO 3166-2 code begins with another country than `country_code`.
-- why: Maps and joins by country and by subdivision would put the place on both sides of a border.
-- example: `KR-11` with country `KP`
-- fix: Correct whichever of the two is wrong.
SELECT place_id, subdivision_code, country_code
FROM places
WHERE NOT starts_with(subdivision_code, country_code || '-')
