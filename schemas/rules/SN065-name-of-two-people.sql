-- code: SN065
-- name: name-of-two-people
-- severity: error
-- table: person_names
-- field: name
-- fields: person_id, name, name_type
-- message: `{name}` is also a name of `{other}`
-- what: Two people share a full name, leaving aside capitals and punctuation. Short forms, titles
--   and errors of the source are exempt, because “Kim” may be anybody.
-- why: Full names are what programs match by. One that belongs to two people makes every match a
--   guess.
-- example: `Kim Jong-un` recorded for both leaders and advisers
-- fix: Delete the name from the person to whom it does not belong; true namesakes get a name that
--   tells them apart.
WITH strong AS (
  SELECT *, text_key(name) AS folded
  FROM person_names WHERE name_type NOT IN ('short', 'titled', 'source_error')
)
SELECT n.person_id, n.name, n.name_type, min(o.person_id) AS other
FROM strong n JOIN strong o ON o.folded = n.folded AND o.person_id < n.person_id
GROUP BY n.person_id, n.name, n.name_type
