-- code: SN243
-- name: span-outside-article
-- severity: error
-- table: quote_spans
-- field: end
-- fields: quote_id, start, end
-- message: the {role} ends at {end}, but the {stream} of its article has {chars} characters
-- what: The offsets of a source, cue, content or addressee reach past the end of the text of the
--   quotation's article. An end that does not lie behind its start is found by the suite.
-- why: Offsets are the only thing that connects this row to the article. If they point outside it,
--   nobody can find the words again.
-- example: `end` 9000 in a body of 4456 characters
-- fix: Find the words in the text and count again from its first character, which is 0; the end is
--   the first character behind them.
SELECT s.quote_id, s.role, s.start, s."end", q.stream,
  CASE q.stream WHEN 'headline' THEN a.headline_chars ELSE a.body_chars END AS chars
FROM quote_spans s
JOIN quotes q ON q.quote_id = s.quote_id
JOIN articles a ON a.article_id = q.article_id
WHERE s."end" > CASE q.stream
    WHEN 'headline' THEN a.headline_chars WHEN 'body' THEN a.body_chars END
  AND s."end" > s.start
