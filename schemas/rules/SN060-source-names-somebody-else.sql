-- code: SN060
-- name: source-names-somebody-else
-- severity: error
-- table: quotes
-- field: speaker_id
-- fields: article_id, speaker_id
-- message: the source names `{named}`, but the speaker is `{speaker_id}`
-- what: People are mentioned by name inside the span that names the source, and none of them is the
--   speaker.
-- why: Two people of one family name in one article are the commonest cause of words given to the
--   wrong one.
-- example: the source “Mr Kim” resolved to the leader, the speaker set to the adviser
-- fix: Find out who is meant; correct the speaker or the mention, and annotate the article if it is
--   in error.
SELECT q.quote_id, q.speaker_id, min(m.person_id) AS named
FROM quotes q
JOIN quote_spans s ON s.quote_id = q.quote_id AND s.role = 'source'
JOIN mentions m ON m.article_id = q.article_id AND m.stream = q.stream
  AND m.start >= s.start AND m."end" <= s."end"
  AND m.mention_type IN ('name', 'title_name')
WHERE m.person_id IS NOT NULL AND q.speaker_id IS NOT NULL
GROUP BY q.quote_id, q.speaker_id
HAVING NOT bool_or(m.person_id = q.speaker_id)
