-- code: SN543
-- name: passage-outside-article
-- severity: error
-- table: article_events
-- field: end
-- fields: article_id, start, end
-- message: the passage ends at {end}, but the body of its article has {body_chars} characters
-- what: The offsets of a passage about an event reach past the end of the body. An end that does
--   not lie behind its start is found by the suite.
-- why: Offsets are the only thing that connects this row to the article. If they point outside it,
--   nobody can find the words again.
-- example: `end` 9000 in a body of 4456 characters
-- fix: Find the words in the text and count again from its first character, which is 0; the end is
--   the first character behind them.
SELECT x.article_id, x.event_id, x.seq, x."end", a.body_chars
FROM article_events x JOIN articles a ON a.article_id = x.article_id
WHERE x."end" > a.body_chars AND x."end" > x.start
