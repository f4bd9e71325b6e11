-- code: SN329
-- name: birth-or-death-not-edtf
-- severity: error
-- table: people
-- field: birth_edtf
-- fields: birth_edtf, death_edtf
-- message: `{written}` in `{cell}` is not a date of the EDTF profile
-- what: The date of birth or death does not parse as Extended Date/Time Format, names a day that
--   does not exist, runs backwards, or uses a form outside the profile: no seasons, no empty ends
--   of intervals, no times, no unspecified digits. Characters that no date can hold are judged by
--   the schema.
-- why: The earliest and latest day are derived from this value. Libraries read some wrong forms
--   without complaint, such as `/2020-01-11` as ten years.
-- example: `2019-13`, `2019-06-31`, `/2020-01-11`, `2019-24`
-- fix: Write a year, month or day, with `?`, `~` or `%` if need be; an interval `a/b` with `..` for
--   an open end; `[a,b]` for one of several days, `{a,b}` for all of them.
SELECT person_id, cell, written
FROM (
  SELECT person_id, 'birth_edtf' AS cell, birth_edtf AS written FROM people
  UNION ALL SELECT person_id, 'death_edtf', death_edtf FROM people
)
WHERE NOT edtf_valid(written)
