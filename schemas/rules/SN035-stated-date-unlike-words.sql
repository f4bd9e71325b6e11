-- code: SN035
-- name: stated-date-unlike-words
-- severity: error
-- table: article_events
-- field: date_text
-- fields: article_id, date_text, date_edtf_stated, stated_earliest, stated_latest
-- message: `{date_text}` is resolved to `{date_edtf_stated}`, {reason}
-- what: The words of the article name a day of the week, and the stated date is a single day of
--   another name; or one month, and the stated date lies within another; or “last” and a month,
--   which is the latest such month before the month of publication, and the date is in another
--   year.
-- why: Weekdays and years are resolved by counting back from the day of publication, and counting
--   is where slips are made. In January “last June” lies in the year before.
-- example: `On Friday` resolved to 2020-01-09, a Thursday; `last June` resolved to 2019-07
-- fix: Take the named day nearest to the publication, in the direction in which the sentence looks;
--   the month that the article names; after “last”, the latest such month.
SELECT x.article_id, x.event_id, x.seq, x.date_text, x.date_edtf_stated,
  CASE WHEN x.day IS DISTINCT FROM x.said_day THEN 'a ' || dayname(x.stated_earliest)
    WHEN x.month IS DISTINCT FROM x.said_month THEN 'in ' || x.month
    ELSE 'not the latest before ' || a.published_date END AS reason
FROM (
  SELECT *,
    CASE WHEN len(days) = 1 AND stated_earliest = stated_latest THEN days[1] END AS said_day,
    CASE WHEN said_day <> '' THEN lower(dayname(stated_earliest)) END AS day,
    date_trunc('month', stated_earliest) AS begins,
    CASE WHEN len(months) = 1 AND begins = date_trunc('month', stated_latest)
      THEN months[1] END AS said_month,
    CASE WHEN said_month <> '' THEN monthname(stated_earliest) END AS month
  FROM (
    SELECT *,
      regexp_extract_all(lower(date_text), '(mon|tues|wednes|thurs|fri|satur|sun)day') AS days,
      regexp_extract_all(date_text, '\b(?:January|February|March|April|May|June|July|'
        || 'August|September|October|November|December)\b') AS months
    FROM article_events
  )
) x
LEFT JOIN articles a ON a.article_id = x.article_id
WHERE x.day <> x.said_day OR x.month <> x.said_month
  OR regexp_matches(lower(x.date_text), '\blast ' || lower(x.month) || '\b')
    AND (x.begins >= date_trunc('month', a.published_date)
      OR x.begins < date_trunc('month', a.published_date) - INTERVAL 12 MONTH)
