-- code: SN135
-- name: month-differs
-- severity: error
-- table: article_events
-- field: date_text
-- fields: date_text, date_edtf_stated, stated_earliest
-- message: `{date_text}` is resolved to `{date_edtf_stated}`, in {month}
-- what: The words of the article name one month and the stated date lies within another. Which year
--   is meant is judged by SN235.
-- why: A month that is typed one off still looks like a date, and no other rule would see it.
-- example: `last June` resolved to 2019-07
-- fix: Enter the month that the article names.
SELECT article_id, event_id, seq, date_text, date_edtf_stated,
  monthname(stated_earliest) AS month
FROM (
  SELECT *, regexp_extract_all(date_text, '\b(?:January|February|March|April|May|June|July|'
    || 'August|September|October|November|December)\b') AS months
  FROM article_events
)
WHERE len(months) = 1 AND monthname(stated_earliest) <> months[1]
  AND date_trunc('month', stated_earliest) = date_trunc('month', stated_latest)
