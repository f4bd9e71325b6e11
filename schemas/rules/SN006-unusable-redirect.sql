-- code: SN006
-- name: unusable-redirect
-- severity: error
-- table: redirects
-- field: new_id
-- fields: old_id, table, new_id
-- message: `{old_id}` is redirected {reason}
-- what: A redirect sends readers to an id that does not exist in that table, to a row that is
--   itself deprecated or withdrawn, or to an id that is redirected in turn, also in a circle. Or
--   the row that is redirected is still active.
-- why: An old id in somebody's paper must lead, in one step, to the row that replaced it. One into
--   nothing is worse than a withdrawal that says so, and one beside an active row gives two answers
--   to one id.
-- example: `kim-gye-gwan` redirected to `kim-kye-gwann`, or `a` to `b` and `b` to `a`
-- fix: Enter the id of the active row that took over, or leave `new_id` empty with the reason
--   `withdrawn`. Set the status of the old row to `deprecated`, or remove the redirect if the row
--   is to stay.
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
SELECT DISTINCT r.old_id, r."table",
  CASE WHEN kept.id IS NOT NULL THEN 'although it is an active row of `' || r."table" || '`'
    ELSE 'to `' || r.new_id || '`, which is ' || CASE WHEN onward.old_id IS NOT NULL
      THEN 'redirected itself' ELSE 'not an active row of `' || r."table" || '`' END
    END AS reason
FROM redirects r
LEFT JOIN ids kept ON kept.kind = r."table" AND kept.id = r.old_id
  AND kept.kind NOT IN ('memberships', 'annotations')
LEFT JOIN redirects onward ON onward."table" = r."table" AND onward.old_id = r.new_id
LEFT JOIN ids target ON target.kind = r."table" AND target.id = r.new_id
WHERE r."table" IS NOT NULL AND (kept.id IS NOT NULL
  OR r.new_id IS NOT NULL AND (onward.old_id IS NOT NULL OR target.id IS NULL))
