-- code: SN006
-- name: redirect-to-missing-row
-- severity: error
-- table: redirects
-- field: new_id
-- fields: table, new_id
-- message: `{new_id}` is not an active row of `{table}`
-- what: A redirect sends readers to an id that does not exist in that table, or to a row that is
--   itself deprecated or withdrawn. Redirects to an id that is redirected in turn are SN106.
-- why: An old id in somebody's paper must lead to the row that replaced it. A redirect into nothing
--   is worse than a withdrawal that says so.
-- example: `kim-gye-gwan` redirected to `kim-kye-gwann`
-- fix: Enter the id of the active row that took over, or leave `new_id` empty with the reason
--   `withdrawn`.
WITH ids AS (
  SELECT 'articles' AS kind, article_id AS id FROM articles WHERE status = 'active'
  UNION ALL SELECT 'quotes', quote_id FROM quotes WHERE status = 'active'
  UNION ALL SELECT 'people', person_id FROM people WHERE status = 'active'
  UNION ALL SELECT 'events', event_id FROM events WHERE status = 'active'
  UNION ALL SELECT 'organizations', organization_id FROM organizations WHERE status = 'active'
  UNION ALL SELECT 'places', place_id FROM places WHERE status = 'active'
  UNION ALL SELECT 'references', reference_id FROM "references" WHERE status = 'active'
  UNION ALL SELECT 'memberships', membership_id FROM memberships
  UNION ALL SELECT 'annotations', annotation_id FROM annotations
)
SELECT r.old_id, r."table", r.new_id
FROM redirects r
WHERE r.new_id IS NOT NULL AND r."table" IS NOT NULL
  AND NOT EXISTS (FROM ids WHERE kind = r."table" AND id = r.new_id)
  AND NOT EXISTS (FROM redirects n WHERE n."table" = r."table" AND n.old_id = r.new_id)
