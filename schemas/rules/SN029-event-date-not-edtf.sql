-- code: SN029
-- name: event-date-not-edtf
-- severity: error
-- table: events
-- field: date_edtf
-- message: `{date_edtf}` is not a date of the EDTF profile
-- what: The date of an event does not parse as Extended Date/Time Format, names a day that does not
--   exist, runs backwards, or uses a form outside the profile: no seasons, no empty ends of
--   intervals, no times, no unspecified digits. Characters that no date can hold are judged by the
--   schema.
-- why: The earliest and latest day are derived from this value. Libraries read some wrong forms
--   without complaint, such as `/2020-01-11` as ten years.
-- example: `2019-13`, `2019-06-31`, `/2020-01-11`, `2019-24`
-- fix: Write a year, month or day, with `?`, `~` or `%` if need be; an interval `a/b` with `..` for
--   an open end; `[a,b]` for one of several days, `{a,b}` for all of them.
SELECT event_id, date_edtf
FROM events
WHERE NOT edtf_valid(date_edtf)
