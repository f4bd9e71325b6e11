-- code: SN021
-- name: unusable-country-code
-- severity: error
-- table: places
-- field: country_code
-- fields: country_code, subdivision_code
-- message: the country `{country_code}` is not {wanted}
-- what: The country of a place is two capital letters that stand for no country, or its ISO 3166-2
--   code begins with another country. Whether the letters are capitals is judged by the schema.
-- why: A code that is nearly right (`UK` for `GB`) joins with nothing, and a subdivision of another
--   country puts the place on both sides of a border.
-- example: `UK`, or `KP` with the subdivision `KR-11`
-- fix: Look the code up in ISO 3166-1 (the United Kingdom is `GB`), or correct the subdivision.
SELECT place_id, country_code,
  CASE WHEN is_country(country_code) THEN 'that of the subdivision `' || subdivision_code || '`'
    ELSE 'an assigned ISO 3166-1 code' END AS wanted
FROM places
WHERE regexp_full_match(country_code, '[A-Z]{2}')
  AND (NOT is_country(country_code) OR NOT starts_with(subdivision_code, country_code || '-'))
