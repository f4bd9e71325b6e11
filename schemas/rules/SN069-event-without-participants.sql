-- code: SN069
-- name: event-without-participants
-- severity: error
-- table: events
-- field: event_id
-- needs: RF001
-- message: `{event_id}` has no participants
-- what: An active event has no row in `event_participants`. Accidents are exempt: nobody acts in
--   them.
-- why: Who did what to whom is what an event is for. The actors are rows, so that there can be any
--   number.
-- example: a weapons test without the state that tested
-- fix: Add who acted, spoke or attended.
SELECT event_id
FROM events
WHERE status = 'active' AND event_type <> 'accident'
  AND event_id NOT IN (SELECT event_id FROM event_participants WHERE event_id IS NOT NULL)
