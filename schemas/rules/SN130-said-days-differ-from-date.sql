-- code: SN130
-- name: said-days-differ-from-date
-- severity: error
-- table: quotes
-- field: said_edtf
-- fields: said_edtf, said_earliest, said_latest
-- message: `{said_edtf}` runs from {first} to {last}, but `said_earliest` is {written_first} and
--   `said_latest` is {written_last}
-- what: `said_earliest` and `said_latest` are not the first and last day that the EDTF value
--   covers; empty stands for an open end. Qualifiers do not widen a date. Days in reverse order are
--   found by the suite, an EDTF value that is wrong in itself by its own rule.
-- why: The two days are derived so that databases can compare dates. Everything that is computed
--   from them follows the slip.
-- example: `2019-06` with the latest day 2019-06-29
-- fix: Enter the days that the EDTF value covers.
SELECT quote_id, said_edtf,
  coalesce(days[1]::VARCHAR, 'an open end') AS first,
  coalesce(days[2]::VARCHAR, 'an open end') AS last,
  coalesce(said_earliest::VARCHAR, 'empty') AS written_first,
  coalesce(said_latest::VARCHAR, 'empty') AS written_last,
  'set `said_earliest` to ' || coalesce(days[1]::VARCHAR, 'nothing')
    || ' and `said_latest` to ' || coalesce(days[2]::VARCHAR, 'nothing') AS help
FROM (SELECT *, edtf_days(said_edtf) AS days FROM quotes)
WHERE days <> [said_earliest, said_latest] AND coalesce(said_earliest <= said_latest, true)
