-- code: SN038
-- name: quote-after-publication
-- severity: error
-- table: quotes
-- field: said_edtf
-- fields: article_id, said_edtf, said_earliest
-- message: the words were said on {said_earliest} or later, but the article is of {published_date}
-- what: The earliest day of a quotation lies more than a day after its article was published. One
--   day is allowed for time zones.
-- why: An article cannot quote what was not yet said. Either the date is wrong or the words are
--   quoted from an announcement.
-- example: `2020-02-11` in an article of 2020-01-11
-- fix: Correct the date, or the day of publication if that is the wrong one.
SELECT q.quote_id, q.said_earliest, a.published_date
FROM quotes q JOIN articles a ON a.article_id = q.article_id
WHERE q.said_earliest > a.published_date + 1
