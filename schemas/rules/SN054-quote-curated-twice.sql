-- code: SN054
-- name: quote-curated-twice
-- severity: error
-- table: quotes
-- field: text
-- fields: article_id, stream, text
-- message: the same words are already recorded as `{first_id}`
-- what: Two quotations of one article and stream have the same words, leaving aside capitals,
--   punctuation and kinds of quotation marks. Headline and body are told apart, because headlines
--   repeat. Two rows for exactly the same place are found by the schema.
-- why: A line that is curated twice counts twice. Where the article really prints a sentence again,
--   the second place is a summary and no new statement.
-- example: q06 and q07 with “not bad”
-- fix: Keep one row; if the article repeats the words, say so in its `notes`.
SELECT q.quote_id, f.quote_id AS first_id
FROM (
  SELECT *, text_key(text) AS words,
    min(seq) OVER (PARTITION BY article_id, stream, text_key(text)) AS first_seq
  FROM quotes WHERE text IS NOT NULL AND status = 'active'
) q
JOIN quotes f ON f.article_id = q.article_id AND f.seq = q.first_seq
WHERE q.seq > q.first_seq AND (q.start, q."end") <> (f.start, f."end")
