-- code: SN121
-- name: place-in-unassigned-country
-- severity: error
-- table: places
-- field: country_code
-- message: `{country_code}` is not an assigned ISO 3166-1 code
-- what: Two capital letters that stand for no country. Whether the letters are capitals is judged
--   by the schema.
-- why: A code that is nearly right (`UK` for `GB`) joins with nothing.
-- example: `UK`
-- fix: Look the code up in ISO 3166-1; the United Kingdom is `GB`.
SELECT place_id, country_code
FROM places
WHERE regexp_full_match(country_code, '[A-Z]{2}') AND NOT is_country(country_code)
