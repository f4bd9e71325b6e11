-- code: SN267
-- name: unused-place
-- severity: warning
-- table: places
-- field: place_id
-- needs: RF001
-- message: `{place_id}` is not used by any event, mention or other place
-- what: An active place is the scene of no event, in no mention and no passage, and contains no
--   other place.
-- why: A row that nothing uses cannot be checked against anything.
-- example: a city left behind after the place of an event was corrected
-- fix: Delete the row before its first release; after it, withdraw it with a redirect.
SELECT place_id
FROM places
WHERE status = 'active' AND place_id NOT IN (
  SELECT place_id FROM events WHERE place_id IS NOT NULL
  UNION ALL SELECT place_id FROM mentions WHERE place_id IS NOT NULL
  UNION ALL SELECT place_id_stated FROM article_events WHERE place_id_stated IS NOT NULL
  UNION ALL SELECT parent_id FROM places WHERE parent_id IS NOT NULL
)
