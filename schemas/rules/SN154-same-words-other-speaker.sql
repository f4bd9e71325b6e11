-- code: SN154
-- name: same-words-other-speaker
-- severity: warning
-- table: quotes
-- field: text
-- fields: text, speaker_id, said_edtf, said_earliest, said_latest
-- message: `{other_id}` of another article has the same words, but {difference}
-- what: Five words or more are quoted alike in two articles (leaving aside capitals and
--   punctuation) and given to two speakers or to days that cannot be the same.
-- why: Agencies' copy is printed by many. The same words are nearly always one statement, so one of
--   the two rows is wrong.
-- example: one sentence given to the adviser in one article and to the minister in the next
-- fix: Compare the two articles; if a speaker really repeated the words, say so in `notes`.
WITH said AS (
  SELECT *, text_key(text) AS words
  FROM quotes WHERE word_count(text) >= 5 AND status = 'active'
)
SELECT q.quote_id, o.quote_id AS other_id,
  CASE WHEN q.speaker_id <> o.speaker_id THEN 'another speaker' ELSE 'another day' END
    AS difference
FROM said q JOIN said o ON o.words = q.words AND o.article_id < q.article_id
WHERE q.speaker_id <> o.speaker_id
  OR q.said_earliest > o.said_latest OR q.said_latest < o.said_earliest
