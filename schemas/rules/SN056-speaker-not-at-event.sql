-- code: SN056
-- name: speaker-not-at-event
-- severity: error
-- table: quotes
-- field: event_id
-- fields: event_id, speaker_id, speaker_org_id
-- needs: RF001
-- message: `{speaker}` takes no speaking part in `{event_id}`
-- what: The speaker of a quotation (the organization, if no person is named) is not among those who
--   speak, send, act, host, visit or attend at the event at which the words were said.
-- why: It is the cheapest proof that quotation and event belong together, and it catches a
--   statement that is filed under the person it is about.
-- example: words of the adviser filed under a speech of Kim Jong Un
-- fix: Choose the event at which the words were said, or add the speaker to `event_participants`.
SELECT q.quote_id, q.event_id, coalesce(q.speaker_id, q.speaker_org_id) AS speaker
FROM quotes q JOIN events e ON e.event_id = q.event_id
WHERE coalesce(q.speaker_id, q.speaker_org_id) IS NOT NULL
  AND NOT EXISTS (
    FROM event_participants p
    WHERE p.event_id = q.event_id
      AND p.role NOT IN ('recipient', 'addressee', 'carrier')
      AND CASE WHEN q.speaker_id IS NULL THEN p.organization_id = q.speaker_org_id
          ELSE p.person_id = q.speaker_id END
  )
