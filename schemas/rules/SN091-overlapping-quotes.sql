-- code: SN091
-- name: overlapping-quotes
-- severity: error
-- table: quotes
-- field: start
-- fields: article_id, stream, start, end, text
-- message: the quotation from {start} to {end} overlaps `{other_id}`
-- what: Two quotations in quotation marks share characters of the same text. Marks inside a
--   quotation are recorded in `quotation_mark_exclusions` as nested, and indirect statements may
--   contain one another. Quotations whose offsets do not fit their words are SN044 only.
-- why: Each pair of marks is one quotation. Overlapping rows count characters twice and one of them
--   has wrong offsets.
-- example: q06 from 1256 to 1491 and q07 from 1480 to 1583
-- fix: Correct the offsets, or move the inner pair of marks to `quotation_mark_exclusions`.
SELECT q.quote_id, q.start, q."end", o.quote_id AS other_id
FROM quotes q
JOIN quotes o ON o.article_id = q.article_id AND o.stream = q.stream
  AND (o.start, o."end", o.seq) < (q.start, q."end", q.seq)
WHERE q.quote_type <> 'indirect' AND o.quote_type <> 'indirect'
  AND o."end" > q.start AND (o.start, o."end") <> (q.start, q."end")
  AND length(q.text) = q."end" - q.start AND length(o.text) = o."end" - o.start
