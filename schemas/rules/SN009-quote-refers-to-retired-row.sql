-- code: SN009
-- name: quote-refers-to-retired-row
-- severity: error
-- table: quotes
-- fields: quote_id, article_id, speaker_id, speaker_org_id, reporting_org_id, addressee_org_id,
--   event_id, reference_id, status
-- message: the quotation is active but refers to `{id}` of {target}, which is {status}
-- what: An active quotation refers to a person, organization, event, article or reference whose row
--   is deprecated or withdrawn.
-- why: After a merge every row that pointed at the old entity has to follow; one that is left
--   behind splits a speaker in two.
-- example: a quotation by `kim-gye-gwan` after that person was merged into `kim-kye-gwan`
-- fix: Point the quotation at the row that took over (see `redirects`), or retire the quotation
--   too.
WITH known AS (
  SELECT 'articles' AS target, article_id AS id, status FROM articles
  UNION ALL SELECT 'people', person_id, status FROM people
  UNION ALL SELECT 'organizations', organization_id, status FROM organizations
  UNION ALL SELECT 'events', event_id, status FROM events
  UNION ALL SELECT 'references', reference_id, status FROM "references"
),
retired AS (FROM known WHERE status IN ('deprecated', 'withdrawn'))
SELECT q.quote_id, r.target, r.id, r.status
FROM quotes q
JOIN retired r ON CASE r.target
  WHEN 'articles' THEN r.id = q.article_id
  WHEN 'people' THEN r.id = q.speaker_id
  WHEN 'events' THEN r.id = q.event_id
  WHEN 'references' THEN r.id = q.reference_id
  ELSE r.id IN (q.speaker_org_id, q.reporting_org_id, q.addressee_org_id) END
WHERE q.status = 'active'
