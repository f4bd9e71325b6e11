-- code: SN629
-- name: membership-date-not-edtf
-- severity: error
-- table: memberships
-- field: start_edtf
-- fields: start_edtf, end_edtf
-- message: `{written}` in `{cell}` is not a date of the EDTF profile
-- what: The beginning or end of a membership does not parse as Extended Date/Time Format, names a
--   day that does not exist, runs backwards, or uses a form outside the profile: no seasons, no
--   empty ends of intervals, no times, no unspecified digits. Characters that no date can hold are
--   judged by the schema.
-- why: The earliest and latest day are derived from this value. Libraries read some wrong forms
--   without complaint, such as `/2020-01-11` as ten years.
-- example: `2019-13`, `2019-06-31`, `/2020-01-11`, `2019-24`
-- fix: Write a year, month or day, with `?`, `~` or `%` if need be; an interval `a/b` with `..` for
--   an open end; `[a,b]` for one of several days, `{a,b}` for all of them.
SELECT membership_id, cell, written
FROM (
  SELECT membership_id, 'start_edtf' AS cell, start_edtf AS written FROM memberships
  UNION ALL SELECT membership_id, 'end_edtf', end_edtf FROM memberships
)
WHERE NOT edtf_valid(written)
