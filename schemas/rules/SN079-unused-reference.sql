-- code: SN079
-- name: unused-reference
-- severity: warning
-- table: references
-- field: reference_id
-- needs: RF001
-- message: `{reference_id}` is not used as evidence by any row
-- what: An active reference is cited by no quotation, event, person, name, membership or
--   annotation.
-- why: References are evidence for something. A list of further reading belongs elsewhere.
-- example: a report that was consulted and led to nothing
-- fix: Cite it where it is evidence, or delete it before its first release.
SELECT r.reference_id
FROM "references" r
ANTI JOIN (
  SELECT reference_id FROM quotes
  UNION ALL SELECT reference_id FROM events
  UNION ALL SELECT reference_id FROM people
  UNION ALL SELECT reference_id FROM person_names
  UNION ALL SELECT reference_id FROM memberships
  UNION ALL SELECT reference_id FROM annotations
) used ON used.reference_id = r.reference_id
WHERE r.status = 'active'
