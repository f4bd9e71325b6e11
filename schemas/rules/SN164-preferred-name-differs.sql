-- code: SN164
-- name: preferred-name-differs
-- severity: error
-- table: person_names
-- field: name
-- fields: person_id, name, name_type
-- message: the preferred name is `{name}` here and `{shown}` in people
-- what: The one name of the type `preferred` differs from `people.name`. Two preferred names are
--   SN064, a name that its components do not spell is SN062.
-- why: The name is kept twice, so that all forms stand in one list; the two must not drift apart.
-- example: `Kim Gye-gwan` as `preferred` for a person whose name is `Kim Kye Gwan`
-- fix: Change both together, by the name policy of the codebook.
SELECT n.person_id, n.name, n.name_type, p.name AS shown
FROM person_names n JOIN people p ON p.person_id = n.person_id
WHERE n.name_type = 'preferred' AND n.name <> p.name
  AND p.name = CASE p.name_order
    WHEN 'family_first' THEN concat_ws(' ', p.family_name, p.given_name)
    ELSE concat_ws(' ', p.given_name, p.family_name) END
  AND n.person_id NOT IN (
    SELECT person_id FROM person_names
    WHERE name_type = 'preferred' AND person_id IS NOT NULL
    GROUP BY person_id HAVING count(*) > 1
  )
