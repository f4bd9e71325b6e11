-- code: SN437
-- name: event-away-from-parent
-- severity: warning
-- table: events
-- field: place_id
-- fields: place_id, parent_event_id
-- message: the event took place in `{place_id}`, its parent `{parent_event_id}` in `{parent_place}`
-- what: An event and the event that it is part of took place in two places, of which neither
--   contains the other.
-- why: Parts of a meeting are held where the meeting is held. An exception is worth a second look.
-- example: an offer made in Singapore as a part of the summit in Hanoi
-- fix: Correct the place or the parent; leave the place of the parent empty if its parts were held
--   in several.
WITH RECURSIVE up (place_id, ancestor) AS (
  SELECT place_id, place_id FROM places
  UNION
  SELECT up.place_id, p.parent_id
  FROM up JOIN places p ON p.place_id = up.ancestor
  WHERE p.parent_id IS NOT NULL
),
related AS (
  SELECT place_id AS one, ancestor AS other FROM up
  UNION ALL SELECT ancestor, place_id FROM up
)
SELECT e.event_id, e.place_id, e.parent_event_id, w.place_id AS parent_place
FROM events e
JOIN events w ON w.event_id = e.parent_event_id
SEMI JOIN places a ON a.place_id = e.place_id
SEMI JOIN places b ON b.place_id = w.place_id
ANTI JOIN related r ON r.one = e.place_id AND r.other = w.place_id
