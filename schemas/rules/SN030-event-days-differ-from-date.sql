-- code: SN030
-- name: event-days-differ-from-date
-- severity: error
-- table: events
-- field: date_edtf
-- fields: date_edtf, date_earliest, date_latest
-- message: `{date_edtf}` runs from {first} to {last}, but `date_earliest` is {written_first} and
--   `date_latest` is {written_last}
-- what: `date_earliest` and `date_latest` are not the first and last day that the EDTF value
--   covers; empty stands for an open end. Qualifiers do not widen a date. Days in reverse order are
--   found by the suite, an EDTF value that is wrong in itself by its own rule.
-- why: The two days are derived so that databases can compare dates. Everything that is computed
--   from them follows the slip.
-- example: `2019-06` with the latest day 2019-06-29
-- fix: Enter the days that the EDTF value covers.
SELECT event_id, date_edtf,
  coalesce(days[1]::VARCHAR, 'an open end') AS first,
  coalesce(days[2]::VARCHAR, 'an open end') AS last,
  coalesce(date_earliest::VARCHAR, 'empty') AS written_first,
  coalesce(date_latest::VARCHAR, 'empty') AS written_last,
  'set `date_earliest` to ' || coalesce(days[1]::VARCHAR, 'nothing')
    || ' and `date_latest` to ' || coalesce(days[2]::VARCHAR, 'nothing') AS help
FROM (SELECT *, edtf_days(date_edtf) AS days FROM events)
WHERE days <> [date_earliest, date_latest] AND coalesce(date_earliest <= date_latest, true)
