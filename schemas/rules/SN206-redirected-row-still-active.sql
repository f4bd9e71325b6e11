-- code: SN206
-- name: redirected-row-still-active
-- severity: error
-- table: redirects
-- field: old_id
-- fields: old_id, table
-- message: `{old_id}` is redirected although it is an active row of `{table}`
-- what: An id stands in `redirects` while the row that bears it is still active.
-- why: Two answers to one id: readers who follow the redirect and readers who find the row would
--   cite different things.
-- example: `kim-gye-gwan` redirected to `kim-kye-gwan` but still `active` in people
-- fix: Set the status of the old row to `deprecated`, or remove the redirect if the row is to stay.
WITH ids AS (
  SELECT 'articles' AS kind, article_id AS id FROM articles WHERE status = 'active'
  UNION ALL SELECT 'quotes', quote_id FROM quotes WHERE status = 'active'
  UNION ALL SELECT 'people', person_id FROM people WHERE status = 'active'
  UNION ALL SELECT 'events', event_id FROM events WHERE status = 'active'
  UNION ALL SELECT 'organizations', organization_id FROM organizations WHERE status = 'active'
  UNION ALL SELECT 'places', place_id FROM places WHERE status = 'active'
  UNION ALL SELECT 'references', reference_id FROM "references" WHERE status = 'active'
)
SELECT r.old_id, r."table"
FROM redirects r JOIN ids ON ids.kind = r."table" AND ids.id = r.old_id
