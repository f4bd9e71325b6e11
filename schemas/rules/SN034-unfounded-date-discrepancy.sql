-- code: SN034
-- name: unfounded-date-discrepancy
-- severity: error
-- table: article_events
-- field: date_discrepancy
-- fields: event_id, date_discrepancy, stated_earliest, stated_latest
-- message: `{date_discrepancy}` is unfounded: {reason}
-- what: `date_discrepancy` is not what a comparison of the stated days with those of the event
--   gives. No date stated, or the same days: `none`. No day in common: `contradicts`. Anything
--   else: `refined`. Or it is `contradicts`, rightly, and no `date_conflict` annotation targets the
--   passage or the event. Days that do not follow from their date are SN030 or SN330 only.
-- why: Readers count contradictions by this column. It goes stale when the date of an event is
--   corrected; and a contradiction is a claim about the article that has to be argued.
-- example: “Earlier this month” (January) for a meeting of December, marked `refined`
-- fix: Enter what the comparison gives; add an annotation of the kind `date_conflict`, with its
--   reference, to a contradiction.
SELECT x.article_id, x.event_id, x.seq, x.date_discrepancy,
  CASE WHEN x.computed <> x.date_discrepancy THEN 'the dates compare as `' || x.computed || '`'
    ELSE 'no annotation of the kind `date_conflict` says so' END AS reason,
  CASE WHEN x.computed <> x.date_discrepancy
    THEN 'set `date_discrepancy` to ' || x.computed END AS help
FROM (
  SELECT x.*,
    CASE
      WHEN x.date_edtf_stated IS NULL THEN 'none'
      WHEN x.stated_earliest IS NOT DISTINCT FROM e.date_earliest
        AND x.stated_latest IS NOT DISTINCT FROM e.date_latest THEN 'none'
      WHEN x.stated_earliest > e.date_latest OR x.stated_latest < e.date_earliest
        THEN 'contradicts'
      ELSE 'refined' END AS computed
  FROM article_events x JOIN events e ON e.event_id = x.event_id
  WHERE x.date_edtf_stated IS NULL
    OR list_transform([x.date_edtf_stated, e.date_edtf], lambda date: edtf_days(date))
      = [[x.stated_earliest, x.stated_latest], [e.date_earliest, e.date_latest]]
) x
LEFT JOIN (
  SELECT DISTINCT article_id, target_id FROM annotations WHERE kind = 'date_conflict'
) n ON n.article_id = x.article_id
  AND n.target_id IN (x.event_id, concat_ws('/', x.article_id, x.event_id, x.seq))
WHERE x.computed <> x.date_discrepancy
  OR x.date_discrepancy = 'contradicts' AND n.target_id IS NULL
