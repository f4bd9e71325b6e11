-- code: SN043
-- name: quote-outside-article
-- severity: error
-- table: quotes
-- field: end
-- fields: article_id, stream, start, end
-- message: the quotation ends at {end}, but the {stream} of its article has {chars} characters
-- what: The offsets of a quotation reach past the end of the text they point into. An end that does
--   not lie behind its start is found by the suite.
-- why: Offsets are the only thing that connects this row to the article. If they point outside it,
--   nobody can find the words again.
-- example: `end` 9000 in a body of 4456 characters
-- fix: Find the words in the text and count again from its first character, which is 0; the end is
--   the first character behind them.
SELECT t.quote_id, t.stream, t."end",
  CASE t.stream WHEN 'headline' THEN a.headline_chars ELSE a.body_chars END AS chars
FROM quotes t JOIN articles a ON a.article_id = t.article_id
WHERE t."end" > CASE t.stream
    WHEN 'headline' THEN a.headline_chars WHEN 'body' THEN a.body_chars END
  AND t."end" > t.start
