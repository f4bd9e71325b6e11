-- code: SN032
-- name: date-precision-differs
-- severity: error
-- table: events
-- field: date_precision
-- fields: date_precision, date_edtf
-- message: `{date_edtf}` has the precision {computed}, not {date_precision}
-- what: `date_precision` is not the class of the EDTF value beside it.
-- why: The precision is derived so that spreadsheets can filter by it. Readers who keep the days
--   only would take or lose the wrong rows.
-- example: `day` with `2018-06`
-- fix: Enter the precision that the EDTF value has.
SELECT event_id, date_edtf, date_precision, computed,
  'set `date_precision` to ' || computed AS help
FROM (SELECT *, edtf_precision(date_edtf) AS computed FROM events)
WHERE computed <> date_precision
