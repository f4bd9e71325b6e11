-- code: SN023
-- name: person-with-taken-wikidata-id
-- severity: error
-- table: people
-- field: wikidata_qid
-- message: `{wikidata_qid}` also stands for `{other}` in {target}
-- what: One Wikidata item is given to a person and to an organization, place or event. Two rows of
--   the same table are judged by the schema.
-- why: An item is one thing. Linked data made from both rows would merge a person with an office.
-- example: the item of a ministry entered for the minister
-- fix: Look both up on Wikidata and correct the wrong one; leave it empty if in doubt.
WITH others AS (
  SELECT 'organizations' AS target, organization_id AS other, wikidata_qid FROM organizations
  UNION ALL SELECT 'places', place_id, wikidata_qid FROM places
  UNION ALL SELECT 'events', event_id, wikidata_qid FROM events
)
SELECT p.person_id, p.wikidata_qid, o.target, o.other
FROM people p JOIN others o USING (wikidata_qid)
