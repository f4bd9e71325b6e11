-- code: SN134
-- name: contradiction-without-annotation
-- severity: error
-- table: article_events
-- field: date_discrepancy
-- fields: event_id, date_discrepancy
-- message: the date contradicts the event, but no annotation of the kind `date_conflict` says so
-- what: A passage whose date contradicts the event has no `date_conflict` annotation that targets
--   the passage or the event.
-- why: A contradiction is a claim about the article. It has to be argued where readers and the
--   outlet can see the evidence.
-- example: “Earlier this month” for a meeting of December 2019, marked `contradicts` and left at
--   that
-- fix: Add an annotation of the kind `date_conflict` with its reference.
SELECT x.article_id, x.event_id, x.seq
FROM article_events x
WHERE x.date_discrepancy = 'contradicts'
  AND NOT EXISTS (
    FROM annotations n
    WHERE n.kind = 'date_conflict' AND n.article_id = x.article_id
      AND n.target_id IN (x.event_id, concat_ws('/', x.article_id, x.event_id, x.seq))
  )
