-- code: SN092
-- name: nested-marks-outside-quote
-- severity: error
-- table: quotation_mark_exclusions
-- field: within_quote_id
-- fields: article_id, start, end, within_quote_id
-- message: the marked words from {start} to {end} do not lie within `{within_quote_id}`, from
--   {quote_start} to {quote_end}
-- what: A pair of quotation marks is excluded because it stands inside a quotation, but it does not
--   stand there. Quotations whose offsets do not fit their words are SN044 only.
-- why: Exclusions prove that every pair of marks was judged. One that points at the wrong place
--   leaves a pair unjudged.
-- example: marks at 2789 to 2797 said to be nested in a quotation that ends at 2662
-- fix: Enter the quotation that contains the marks, or correct the offsets.
SELECT x.article_id, x.stream, x.start, x."end", x.within_quote_id,
  q.start AS quote_start, q."end" AS quote_end
FROM quotation_mark_exclusions x
JOIN quotes q ON q.quote_id = x.within_quote_id
SEMI JOIN articles a ON a.article_id = x.article_id
WHERE coalesce(length(q.text) = q."end" - q.start, true)
  AND (q.article_id <> x.article_id OR q.stream <> x.stream
    OR x.start < q.start OR x."end" > q."end")
