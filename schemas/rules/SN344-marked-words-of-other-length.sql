-- code: SN344
-- name: marked-words-of-other-length
-- severity: error
-- table: quotation_mark_exclusions
-- field: text
-- fields: start, end, text
-- message: the words have {characters} characters, but the offsets {start} to {end} span {span}
-- what: `text` of a pair of quotation marks is longer or shorter than its offsets say. Offsets that
--   reach past the text are another rule's finding; whether the words are those of the article is
--   checked where its text is at hand.
-- why: One of the three was typed or pasted wrongly. This can be seen without the text of the
--   article, which not everybody has.
-- example: `not bad` (7 characters) from 2655 to 2663
-- fix: Correct the offsets or the words; count characters, not bytes.
SELECT t.article_id, t.stream, t.start, t."end",
  length(t.text) AS characters, t."end" - t.start AS span,
  'if the start and the words are right, set `end` to ' || (t.start + length(t.text)) AS help
FROM quotation_mark_exclusions t JOIN articles a ON a.article_id = t.article_id
WHERE length(t.text) <> t."end" - t.start AND t."end" > t.start
  AND t."end" <= CASE t.stream
    WHEN 'headline' THEN a.headline_chars WHEN 'body' THEN a.body_chars END
