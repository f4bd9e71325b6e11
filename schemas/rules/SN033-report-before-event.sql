-- code: SN033
-- name: report-before-event
-- severity: error
-- table: article_events
-- field: relation
-- fields: article_id, event_id, relation
-- message: the article of {published_date} {relation_words} an event of {date_earliest} or later
-- what: An article reports on, or looks back at, an event that began more than a day after its
--   publication. One day is allowed for time zones.
-- why: Either the event is the wrong one, its date is wrong, or the article only announces it.
-- example: an article of 2020-01-11 that reports the summit of 2020-02-27
-- fix: Check the date of the event first; if the article announces it, the relation is
--   `anticipates`.
SELECT x.article_id, x.event_id, x.seq, a.published_date, e.date_earliest,
  CASE x.relation WHEN 'reports' THEN 'reports' ELSE 'looks back at' END AS relation_words
FROM article_events x
JOIN articles a ON a.article_id = x.article_id
JOIN events e ON e.event_id = x.event_id
WHERE x.relation IN ('reports', 'background') AND e.date_earliest > a.published_date + 1
