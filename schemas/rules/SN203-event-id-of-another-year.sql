-- code: SN203
-- name: event-id-of-another-year
-- severity: warning
-- table: events
-- field: event_id
-- fields: event_id, date_edtf, date_earliest, date_latest
-- message: the id of the event says {in_id} but it is dated `{date_edtf}`
-- what: The year at the end of an event's id lies outside the event's dates.
-- why: Ids of events end in a year and never in a day, because days get corrected. A year that does
--   not fit is a slip in the id or in the date.
-- example: `hanoi-summit-2018` with `date_edtf` 2019-02-27/2019-02-28
-- fix: Correct whichever is wrong. If the id was released, keep it and say why in `notes`.
SELECT event_id, date_edtf, in_id
FROM (
  SELECT event_id, date_edtf, date_earliest, date_latest,
    try_cast(regexp_extract(event_id, '-(\d{4})(-\d+)?$', 1) AS INTEGER) AS in_id
  FROM events
)
WHERE in_id < year(date_earliest) OR in_id > year(date_latest)
