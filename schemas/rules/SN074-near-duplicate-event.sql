-- code: SN074
-- name: near-duplicate-event
-- severity: warning
-- table: events
-- field: event_id
-- fields: event_id, event_type, date_edtf, date_earliest, date_latest
-- message: `{event_id}` may be the same event as `{other_id}`: a {event_type} on the same days with
--   the same parties
-- what: Two active events have the same type, days in common and exactly the same parties, and
--   neither contains the other. Series are exempt, and events whose days do not follow from their
--   date are SN030 only.
-- why: An event that two articles tell of differently is easily entered twice.
-- example: `hanoi-summit-2019` and `vietnam-summit-2019`
-- fix: Merge the events and enter a redirect; if they are two, let `name` say what tells them
--   apart.
WITH party AS (
  SELECT event_id, list_sort(list(DISTINCT coalesce(person_id, organization_id))) AS parties
  FROM event_participants GROUP BY event_id
),
active AS (
  SELECT e.*, party.parties
  FROM events e JOIN party ON party.event_id = e.event_id
  WHERE e.status = 'active' AND NOT e.is_series
    AND edtf_days(e.date_edtf) = [e.date_earliest, e.date_latest]
)
SELECT e.event_id, e.event_type, o.event_id AS other_id
FROM active e
JOIN active o ON o.event_type = e.event_type AND o.parties = e.parties
  AND o.event_id < e.event_id
WHERE e.date_earliest <= o.date_latest AND o.date_earliest <= e.date_latest
  AND e.parent_event_id IS DISTINCT FROM o.event_id
  AND o.parent_event_id IS DISTINCT FROM e.event_id
