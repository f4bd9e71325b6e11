-- code: SN259
-- name: content-without-quotation
-- severity: error
-- table: quote_spans
-- field: start
-- fields: quote_id, start, end
-- message: the content from {start} to {end} does not contain the quotation from {quote_start} to
--   {quote_end}
-- what: The span with the role `content` is everything that is attributed, so it contains the
--   quotation. Here it does not.
-- why: Readers take the content for the whole of what was said and the quotation for the part of it
--   in the speaker's words.
-- example: a content that ends before the quotation does
-- fix: Correct the offsets of the content, or of the quotation.
SELECT s.quote_id, s.role, s.start, s."end", q.start AS quote_start, q."end" AS quote_end
FROM quote_spans s JOIN quotes q ON q.quote_id = s.quote_id
WHERE s.role = 'content' AND s."end" > s.start
  AND (s.start > q.start OR s."end" < q."end")
