-- code: SN230
-- name: birth-days-differ-from-date
-- severity: error
-- table: people
-- field: birth_edtf
-- fields: birth_edtf, birth_earliest, birth_latest
-- message: `{birth_edtf}` runs from {first} to {last}, but `birth_earliest` is {written_first} and
--   `birth_latest` is {written_last}
-- what: `birth_earliest` and `birth_latest` are not the first and last day that the EDTF value
--   covers; empty stands for an open end. Qualifiers do not widen a date. Days in reverse order are
--   found by the suite, an EDTF value that is wrong in itself by its own rule.
-- why: The two days are derived so that databases can compare dates. Everything that is computed
--   from them follows the slip.
-- example: `2019-06` with the latest day 2019-06-29
-- fix: Enter the days that the EDTF value covers.
SELECT person_id, birth_edtf,
  coalesce(days[1]::VARCHAR, 'an open end') AS first,
  coalesce(days[2]::VARCHAR, 'an open end') AS last,
  coalesce(birth_earliest::VARCHAR, 'empty') AS written_first,
  coalesce(birth_latest::VARCHAR, 'empty') AS written_last,
  'set `birth_earliest` to ' || coalesce(days[1]::VARCHAR, 'nothing')
    || ' and `birth_latest` to ' || coalesce(days[2]::VARCHAR, 'nothing') AS help
FROM (SELECT *, edtf_days(birth_edtf) AS days FROM people)
WHERE days <> [birth_earliest, birth_latest] AND coalesce(birth_earliest <= birth_latest, true)
