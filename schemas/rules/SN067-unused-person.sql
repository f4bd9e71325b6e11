-- code: SN067
-- name: unused-person
-- severity: warning
-- table: people
-- field: person_id
-- needs: RF001
-- message: `{person_id}` is not quoted, mentioned or part of any event
-- what: An active person is no speaker, no participant and in no mention. Names and memberships
--   alone do not count.
-- why: A row that nothing uses cannot be checked against anything, and living people should not be
--   listed for no reason.
-- example: a person left behind after a quotation was given to somebody else
-- fix: Delete the row before its first release; after it, withdraw it with a redirect.
SELECT person_id
FROM people
WHERE status = 'active' AND person_id NOT IN (
  SELECT speaker_id FROM quotes WHERE speaker_id IS NOT NULL
  UNION ALL SELECT person_id FROM mentions WHERE person_id IS NOT NULL
  UNION ALL SELECT person_id FROM event_participants WHERE person_id IS NOT NULL
)
