-- code: SN109
-- name: event-refers-to-retired-row
-- severity: error
-- table: events
-- fields: event_id, place_id, parent_event_id, reference_id, status
-- message: the event is active but refers to `{id}` of {target}, which is {status}
-- what: An active event refers to a place, parent event or reference whose row is deprecated or
--   withdrawn.
-- why: After a merge every row that pointed at the old entity has to follow.
-- example: an event inside `hanoi-summit-2018` after that event was merged into `hanoi-summit-2019`
-- fix: Point the event at the row that took over (see `redirects`), or retire the event too.
WITH known AS (
  SELECT 'places' AS target, place_id AS id, status FROM places
  UNION ALL SELECT 'events', event_id, status FROM events
  UNION ALL SELECT 'references', reference_id, status FROM "references"
),
retired AS (FROM known WHERE status IN ('deprecated', 'withdrawn'))
SELECT e.event_id, r.target, r.id, r.status
FROM events e
JOIN retired r ON r.id = CASE r.target
  WHEN 'places' THEN e.place_id WHEN 'events' THEN e.parent_event_id ELSE e.reference_id END
WHERE e.status = 'active'
