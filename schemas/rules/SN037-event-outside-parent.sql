-- code: SN037
-- name: event-outside-parent
-- severity: error
-- table: events
-- field: date_edtf
-- fields: date_edtf, date_earliest, date_latest, parent_event_id
-- message: the event of `{date_edtf}` does not lie within `{parent_event_id}` of `{parent_date}`
-- what: An event that is part of another one begins before it or ends after it. Events whose first
--   and last day do not follow from their date are SN030 only.
-- why: A part lies inside its whole. If the days do not fit, one of the dates or the parent is
--   wrong.
-- example: an offer of 2019-03-01 as a part of the summit of 2019-02-27/2019-02-28
-- fix: Correct the date that is wrong, or leave `parent_event_id` empty.
WITH dated AS MATERIALIZED (
  SELECT * FROM events WHERE edtf_days(date_edtf) = [date_earliest, date_latest]
)
SELECT e.event_id, e.date_edtf, e.parent_event_id, p.date_edtf AS parent_date
FROM dated e JOIN dated p ON p.event_id = e.parent_event_id
WHERE e.event_id <> p.event_id
  AND (e.date_earliest < p.date_earliest OR e.date_latest > p.date_latest)
