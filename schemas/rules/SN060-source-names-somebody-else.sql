-- code: SN060
-- name: source-names-somebody-else
-- severity: error
-- table: quotes
-- field: speaker_id
-- fields: article_id, speaker_id
-- message: the source names `{named}`, but the speaker is `{speaker_id}`
-- what: People are mentioned by name inside the span that names the source, and none of them is the
--   speaker. A speaker or a mention that stands for nobody in `people` is not judged.
-- why: Two people of one family name in one article are the commonest cause of words given to the
--   wrong one.
-- example: the source “Mr Kim” resolved to the leader, the speaker set to the adviser
-- fix: Find out who is meant; correct the speaker or the mention, and annotate the article if it is
--   in error.
SELECT q.quote_id, q.speaker_id, min(m.person_id) AS named
FROM quotes q
SEMI JOIN people p ON p.person_id = q.speaker_id
JOIN quote_spans s ON s.quote_id = q.quote_id AND s.role = 'source'
JOIN mentions m ON m.article_id = q.article_id AND m.stream = q.stream
  AND m.start >= s.start AND m."end" <= s."end"
  AND m.mention_type IN ('name', 'title_name')
LEFT JOIN people named ON named.person_id = m.person_id
WHERE m.person_id IS NOT NULL
GROUP BY q.quote_id, q.speaker_id
HAVING NOT bool_or(m.person_id = q.speaker_id OR named.person_id IS NULL)
