-- code: SN035
-- name: weekday-differs
-- severity: error
-- table: article_events
-- field: date_text
-- fields: date_text, date_edtf_stated, stated_earliest
-- message: `{date_text}` is resolved to {stated_earliest}, a {weekday}
-- what: The words of the article name a day of the week and the stated date is a single day of
--   another name.
-- why: Weekdays are resolved by counting back from the day of publication, and counting is where
--   slips are made.
-- example: `On Friday` resolved to 2020-01-09, a Thursday
-- fix: Take the named day nearest to the publication, in the direction in which the sentence looks.
SELECT article_id, event_id, seq, date_text, stated_earliest,
  dayname(stated_earliest) AS weekday
FROM (
  SELECT *, regexp_extract_all(lower(date_text), '(mon|tues|wednes|thurs|fri|satur|sun)day') AS days
  FROM article_events
)
WHERE stated_earliest = stated_latest AND len(days) = 1
  AND lower(dayname(stated_earliest)) <> days[1]
