-- code: SN038
-- name: said-at-impossible-time
-- severity: error
-- table: quotes
-- field: said_edtf
-- fields: article_id, event_id, said_edtf, said_earliest, said_latest
-- message: the words were said on `{said_edtf}`, but {reason}
-- what: The earliest day of a quotation lies more than a day after its article was published (one
--   day is allowed for time zones), or its days have nothing in common with those of the event at
--   which it was said.
-- why: An article cannot quote what was not yet said, and `event_id` is the occasion of the words.
--   If the days do not meet, the occasion or one of the dates is wrong.
-- example: `2020-02-11` in an article of 2020-01-11; words of 2019-02-28 at an event of 2018-06-12
-- fix: Correct the date of the quotation, or choose the event at which it was said; or correct the
--   day of publication if that is the wrong one.
SELECT q.quote_id, q.said_edtf,
  CASE WHEN q.said_earliest > a.published_date + 1
    THEN 'the article is of ' || a.published_date
    ELSE 'the event is of `' || e.date_edtf || '`' END AS reason
FROM quotes q
LEFT JOIN articles a ON a.article_id = q.article_id
LEFT JOIN events e ON e.event_id = q.event_id
WHERE q.said_earliest > a.published_date + 1
  OR q.said_earliest > e.date_latest OR q.said_latest < e.date_earliest
