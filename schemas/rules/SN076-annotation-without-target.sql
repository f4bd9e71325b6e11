-- code: SN076
-- name: annotation-without-target
-- severity: error
-- table: annotations
-- field: target_id
-- fields: target_table, target_id
-- needs: RF001, FD002
-- message: `{target_table}` has no row `{target_id}`
-- what: The row that an annotation speaks of does not exist. A key of several fields is written
--   with `/` between its parts, in the order of the primary key.
-- why: An annotation that points nowhere is evidence lost: nobody who reads the row will see it.
-- example: `bbc-20200111-kim-trump-relations-q99` in quotes
-- fix: Enter the key of the row, or of the row that took its place.
WITH targets AS (
  SELECT 'articles' AS kind, article_id AS id FROM articles
  UNION ALL SELECT 'quotes', quote_id FROM quotes
  UNION ALL SELECT 'people', person_id FROM people
  UNION ALL SELECT 'events', event_id FROM events
  UNION ALL SELECT 'organizations', organization_id FROM organizations
  UNION ALL SELECT 'places', place_id FROM places
  UNION ALL SELECT 'memberships', membership_id FROM memberships
  UNION ALL SELECT 'person_names', concat_ws('/', person_id, name, name_type) FROM person_names
  UNION ALL SELECT 'quote_spans', concat_ws('/', quote_id, role, start) FROM quote_spans
  UNION ALL
  SELECT 'article_events', concat_ws('/', article_id, event_id, seq) FROM article_events
  UNION ALL SELECT 'event_participants', concat_ws('/', event_id, seq) FROM event_participants
  UNION ALL SELECT 'mentions', concat_ws('/', article_id, stream, start, "end") FROM mentions
  UNION ALL
  SELECT 'quotation_mark_exclusions', concat_ws('/', article_id, stream, start, "end")
  FROM quotation_mark_exclusions
)
SELECT n.annotation_id, n.target_table, n.target_id
FROM annotations n
ANTI JOIN targets ON targets.kind = n.target_table AND targets.id = n.target_id
WHERE n.target_table IS NOT NULL AND n.target_id IS NOT NULL
