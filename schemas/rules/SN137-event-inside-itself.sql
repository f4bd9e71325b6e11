-- code: SN137
-- name: event-inside-itself
-- severity: error
-- table: events
-- field: parent_event_id
-- message: following `parent_event_id` from `{event_id}` leads back to it
-- what: An event is, through one parent or several, a part of itself.
-- why: Programs that walk from part to whole would never arrive.
-- example: a part of b, b part of a
-- fix: Empty `parent_event_id` of the event that is the whole.
WITH RECURSIVE up (event_id, ancestor) AS (
  SELECT event_id, parent_event_id FROM events WHERE parent_event_id IS NOT NULL
  UNION
  SELECT up.event_id, e.parent_event_id
  FROM up JOIN events e ON e.event_id = up.ancestor
  WHERE e.parent_event_id IS NOT NULL
)
SELECT event_id FROM up WHERE ancestor = event_id
