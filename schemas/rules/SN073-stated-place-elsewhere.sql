-- code: SN073
-- name: stated-place-elsewhere
-- severity: error
-- table: article_events
-- field: place_id_stated
-- fields: event_id, place_id_stated
-- message: the passage puts the event in `{place_id_stated}`, but it took place in `{place_id}`
-- what: The place that a passage gives is not the place of the event, does not contain it and does
--   not lie within it. Places that lie in a missing place are not judged.
-- why: Two summits are easily taken for each other; the place tells them apart. A real
--   contradiction is a finding about the article.
-- example: Vietnam for the summit in Singapore
-- fix: Choose the event that the passage means. If the article is wrong, leave the place empty and
--   annotate the passage.
WITH RECURSIVE up (place_id, ancestor) AS (
  SELECT place_id, place_id FROM places
  UNION
  SELECT up.place_id, p.parent_id
  FROM up JOIN places p ON p.place_id = up.ancestor
  WHERE p.parent_id IS NOT NULL
),
lost AS (SELECT place_id FROM up WHERE ancestor NOT IN (SELECT place_id FROM places)),
related AS (
  SELECT place_id AS one, ancestor AS other FROM up
  UNION ALL SELECT ancestor, place_id FROM up
)
SELECT x.article_id, x.event_id, x.seq, x.place_id_stated, e.place_id
FROM article_events x
JOIN events e ON e.event_id = x.event_id
SEMI JOIN places a ON a.place_id = x.place_id_stated
SEMI JOIN places b ON b.place_id = e.place_id
ANTI JOIN related r ON r.one = x.place_id_stated AND r.other = e.place_id
ANTI JOIN lost ON lost.place_id IN (x.place_id_stated, e.place_id)
