-- code: SN235
-- name: not-the-last-such-month
-- severity: error
-- table: article_events
-- field: date_text
-- fields: article_id, date_text, date_edtf_stated, stated_earliest
-- message: `{date_text}` in an article of {published_date} is resolved to `{date_edtf_stated}`
-- what: “Last” and the name of a month stand for the latest such month before the month of
--   publication; the stated date is in another year.
-- why: In January “last June” lies in the year before, and the year is what a curator types without
--   thinking.
-- example: `last June` in an article of January 2020, resolved to 2018-06
-- fix: Enter the latest such month before the publication.
SELECT x.article_id, x.event_id, x.seq, x.date_text, x.date_edtf_stated, a.published_date
FROM article_events x
JOIN articles a ON a.article_id = x.article_id
WHERE regexp_matches(lower(x.date_text), '\blast ' || lower(monthname(x.stated_earliest)) || '\b')
  AND (date_trunc('month', x.stated_earliest) >= date_trunc('month', a.published_date)
    OR date_trunc('month', x.stated_earliest)
       < date_trunc('month', a.published_date) - INTERVAL 12 MONTH)
