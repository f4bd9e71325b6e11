-- code: SN159
-- name: span-at-wrong-place
-- severity: error
-- table: quote_spans
-- field: start
-- fields: quote_id, start, end, text
-- message: the {role} from {start} to {end} {reason} the quotation from {quote_start} to
--   {quote_end}
-- what: A source, cue or addressee overlaps the words between the quotation marks (indirect
--   statements have none and are exempt), or a content, which is everything that is attributed,
--   does not contain the quotation. Offsets that reach past the text or do not fit their words are
--   findings of other rules.
-- why: What is said and who says it are told apart by the marks. A cue inside them belongs to a
--   quotation within the quotation, and a quotation outside the content belongs to nobody.
-- example: the cue `he said` inside the quoted sentence, a content that ends before the quotation
-- fix: Correct the offsets of the span, or of the quotation; if the marks close before the cue, the
--   quotation is two rows.
SELECT s.quote_id, s.role, s.start, s."end", q.start AS quote_start, q."end" AS quote_end,
  CASE s.role WHEN 'content' THEN 'does not contain' ELSE 'overlaps' END AS reason
FROM quote_spans s
JOIN quotes q ON q.quote_id = s.quote_id
JOIN articles a ON a.article_id = q.article_id
WHERE CASE s.role WHEN 'content' THEN s.start > q.start OR s."end" < q."end"
    ELSE q.quote_type <> 'indirect' AND s.start < q."end" AND s."end" > q.start END
  AND s."end" > s.start AND q."end" > q.start
  AND greatest(s."end", q."end") <= CASE q.stream
    WHEN 'headline' THEN a.headline_chars WHEN 'body' THEN a.body_chars END
  AND coalesce(length(q.text) = q."end" - q.start, true)
  AND coalesce(length(s.text) = s."end" - s.start, true)
