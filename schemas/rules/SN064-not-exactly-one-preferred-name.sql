-- code: SN064
-- name: not-exactly-one-preferred-name
-- severity: error
-- table: people
-- field: person_id
-- needs: RF001
-- message: `{person_id}` has {preferred} names of the type `preferred` in `person_names`
-- what: A person does not have exactly one preferred name in `person_names`.
-- why: The preferred name is the one that is shown. Without it, or with two, each program picks its
--   own.
-- example: both `Kim Kye Gwan` and `Kim Gye-gwan` as `preferred`
-- fix: Keep one as `preferred`, by the name policy of the codebook; the others are romanizations or
--   aliases.
SELECT p.person_id, coalesce(n.preferred, 0) AS preferred
FROM people p
LEFT JOIN (
  SELECT person_id, count(*) AS preferred
  FROM person_names WHERE name_type = 'preferred' GROUP BY person_id
) n ON n.person_id = p.person_id
WHERE p.status = 'active' AND coalesce(n.preferred, 0) <> 1
