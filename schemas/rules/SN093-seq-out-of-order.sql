-- code: SN093
-- name: seq-out-of-order
-- severity: error
-- table: quotes
-- field: seq
-- fields: article_id, seq, stream, start
-- message: number {seq} begins at {start} of the {stream}, before the quotation that precedes it
-- what: `seq` does not follow the order of the article: the headline first, then the body by
--   `start`. Quotations whose offsets do not fit their words are SN044 only, those outside their
--   content SN159 only.
-- why: Reviewers read the rows beside the article. Numbers out of order look like missing rows.
-- example: number 7 at 1256 after number 6 at 1538
-- fix: Before the first release renumber the article. After it, ids stay: change `seq` only.
SELECT quote_id, seq, stream, start
FROM (
  SELECT *, (stream <> 'headline', start) AS place,
    lag((stream <> 'headline', start)) OVER (PARTITION BY article_id ORDER BY seq) AS previous
  FROM quotes q
  ANTI JOIN quote_spans s ON s.quote_id = q.quote_id AND s.role = 'content'
    AND (s.start > q.start OR s."end" < q."end")
  WHERE stream IS NOT NULL AND start IS NOT NULL AND seq IS NOT NULL
    AND start < "end" AND coalesce(length(text) = "end" - start, true)
)
WHERE place < previous
