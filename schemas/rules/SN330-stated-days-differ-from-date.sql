-- code: SN330
-- name: stated-days-differ-from-date
-- severity: error
-- table: article_events
-- field: date_edtf_stated
-- fields: date_edtf_stated, stated_earliest, stated_latest
-- message: `{date_edtf_stated}` runs from {first} to {last}, but `stated_earliest` is
--   {written_first} and `stated_latest` is {written_last}
-- what: `stated_earliest` and `stated_latest` are not the first and last day that the EDTF value
--   covers; empty stands for an open end. Qualifiers do not widen a date. Days in reverse order are
--   found by the suite, an EDTF value that is wrong in itself by its own rule.
-- why: The two days are derived so that databases can compare dates. Everything that is computed
--   from them follows the slip.
-- example: `2019-06` with the latest day 2019-06-29
-- fix: Enter the days that the EDTF value covers.
SELECT article_id, event_id, seq, date_edtf_stated,
  coalesce(days[1]::VARCHAR, 'an open end') AS first,
  coalesce(days[2]::VARCHAR, 'an open end') AS last,
  coalesce(stated_earliest::VARCHAR, 'empty') AS written_first,
  coalesce(stated_latest::VARCHAR, 'empty') AS written_last,
  'set `stated_earliest` to ' || coalesce(days[1]::VARCHAR, 'nothing')
    || ' and `stated_latest` to ' || coalesce(days[2]::VARCHAR, 'nothing') AS help
FROM (SELECT *, edtf_days(date_edtf_stated) AS days FROM article_events)
WHERE days <> [stated_earliest, stated_latest] AND coalesce(stated_earliest <= stated_latest, true)
