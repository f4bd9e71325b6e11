-- code: SN123
-- name: organization-with-taken-wikidata-id
-- severity: error
-- table: organizations
-- field: wikidata_qid
-- message: `{wikidata_qid}` also stands for `{other}` in {target}
-- what: One Wikidata item is given to an organization and to a place or event. Persons are judged
--   by SN023, two rows of the same table by the schema.
-- why: A state as an actor is not the land that it governs, and neither is a summit the body that
--   held it.
-- example: the item of the country North Korea entered for its government
-- fix: Look both up on Wikidata and correct the wrong one; leave it empty if in doubt.
WITH others AS (
  SELECT 'places' AS target, place_id AS other, wikidata_qid FROM places
  UNION ALL SELECT 'events', event_id, wikidata_qid FROM events
)
SELECT g.organization_id, g.wikidata_qid, o.target, o.other
FROM organizations g JOIN others o USING (wikidata_qid)
