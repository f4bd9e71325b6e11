-- code: SN169
-- name: meeting-of-one
-- severity: error
-- table: events
-- field: event_type
-- fields: event_id, event_type
-- needs: RF001
-- message: a {event_type} has `{party}` as its only party
-- what: A meeting, summit or visit has exactly one person or organization among its participants.
--   None at all is SN069.
-- why: It takes two to meet. The second party was forgotten, or the event is a speech.
-- example: a summit with one leader
-- fix: Add the other parties, or correct the type of the event.
SELECT e.event_id, e.event_type,
  min(coalesce(p.person_id, p.organization_id)) AS party
FROM events e JOIN event_participants p ON p.event_id = e.event_id
WHERE e.status = 'active' AND e.event_type IN ('meeting', 'summit', 'visit')
GROUP BY e.event_id, e.event_type
HAVING count(DISTINCT coalesce(p.person_id, p.organization_id)) = 1
  AND count(*) = count(coalesce(p.person_id, p.organization_id))
