-- code: SN034
-- name: date-discrepancy-differs
-- severity: error
-- table: article_events
-- field: date_discrepancy
-- fields: event_id, date_discrepancy, stated_earliest, stated_latest
-- message: the dates compare as {computed}, not as {date_discrepancy}
-- what: `date_discrepancy` is not what a comparison of the stated days with those of the event
--   gives. No date stated, or the same days: `none`. No day in common: `contradicts`. Anything
--   else: `refined`.
-- why: Readers count contradictions by this column. It goes stale when the date of an event is
--   corrected.
-- example: “Earlier this month” (January) for a meeting of December, marked `refined`
-- fix: Enter what the comparison gives.
SELECT article_id, event_id, seq, date_discrepancy, computed,
  'set `date_discrepancy` to ' || computed AS help
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
)
WHERE computed <> date_discrepancy
