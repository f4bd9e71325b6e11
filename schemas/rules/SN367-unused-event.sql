-- code: SN367
-- name: unused-event
-- severity: warning
-- table: events
-- field: event_id
-- needs: RF001
-- message: `{event_id}` is not in any article, quotation or other event
-- what: An active event is told of in no article, is the occasion of no quotation and contains no
--   other event.
-- why: Events are in the dataset because an article tells of them.
-- example: an event left behind after its passage was given to another one
-- fix: Add the passage to `article_events`, or delete the event before its first release.
SELECT event_id
FROM events
WHERE status = 'active' AND event_id NOT IN (
  SELECT event_id FROM article_events WHERE event_id IS NOT NULL
  UNION ALL SELECT event_id FROM quotes WHERE event_id IS NOT NULL
  UNION ALL SELECT parent_event_id FROM events WHERE parent_event_id IS NOT NULL
)
