-- code: SN209
-- name: mention-of-retired-row
-- severity: error
-- table: mentions
-- fields: article_id, person_id, organization_id, place_id
-- message: `{surface}` is resolved to `{id}` of {target}, which is {status}
-- what: A mention is resolved to a person, organization or place whose row is deprecated or
--   withdrawn.
-- why: Mentions are how readers find all articles about somebody. Those left at a merged row are
--   lost to them.
-- example: `Mr Kim` resolved to `kim-gye-gwan` after the merge into `kim-kye-gwan`
-- fix: Resolve the mention to the row that took over (see `redirects`).
WITH known AS (
  SELECT 'people' AS target, person_id AS id, status FROM people
  UNION ALL SELECT 'organizations', organization_id, status FROM organizations
  UNION ALL SELECT 'places', place_id, status FROM places
),
retired AS (FROM known WHERE status IN ('deprecated', 'withdrawn'))
SELECT m.article_id, m.stream, m.start, m."end", m.surface, r.target, r.id, r.status
FROM mentions m
JOIN retired r ON r.id = CASE r.target
  WHEN 'people' THEN m.person_id WHEN 'places' THEN m.place_id ELSE m.organization_id END
