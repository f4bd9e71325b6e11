-- code: SN069
-- name: too-few-participants
-- severity: error
-- table: events
-- field: event_type
-- fields: event_id, event_type
-- needs: RF001
-- message: the event is a {event_type} and has {parties}
-- what: An active event has no row in `event_participants`, or a meeting, summit or visit has
--   exactly one person or organization there. Accidents are exempt: nobody acts in them.
-- why: Who did what to whom is what an event is for, and it takes two to meet.
-- example: a weapons test without the state that tested, a summit with one leader
-- fix: Add who acted, spoke or attended, or correct the type of the event.
SELECT e.event_id, e.event_type,
  coalesce('`' || min(coalesce(p.person_id, p.organization_id)) || '` as its only party',
    'no participants') AS parties
FROM events e LEFT JOIN event_participants p ON p.event_id = e.event_id
WHERE e.status = 'active' AND e.event_type <> 'accident'
GROUP BY e.event_id, e.event_type
HAVING count(p.event_id) = 0
  OR e.event_type IN ('meeting', 'summit', 'visit')
    AND count(DISTINCT coalesce(p.person_id, p.organization_id)) = 1
    AND count(*) = count(coalesce(p.person_id, p.organization_id))
