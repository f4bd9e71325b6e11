-- code: SN075
-- name: count-unlike-dates
-- severity: warning
-- table: events
-- field: count_stated
-- fields: count_stated, date_edtf
-- message: the article counts `{count_stated}`, but the date lists {dates}
-- what: `count_stated` is a number and the EDTF set of all dates (in braces) has another number of
--   members.
-- why: Either a date is missing or the article counts otherwise, which the notes should say.
-- example: “three” with four dates
-- fix: Complete or correct the dates; if one occasion took several days, or the article is wrong,
--   list one day for each and say so in `notes`.
SELECT event_id, count_stated, dates
FROM (
  SELECT event_id, count_stated, len(edtf_members(date_edtf)) AS dates,
    coalesce(try_cast(count_stated AS INTEGER), list_position(
      ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
       'eleven', 'twelve'], lower(count_stated))) AS counted
  FROM events WHERE starts_with(date_edtf, '{') AND edtf_valid(date_edtf)
)
WHERE counted > 0 AND counted <> dates
