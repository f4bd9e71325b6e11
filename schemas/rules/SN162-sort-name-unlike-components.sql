-- code: SN162
-- name: sort-name-unlike-components
-- severity: error
-- table: people
-- field: sort_name
-- fields: sort_name, name, family_name, given_name
-- message: `{sort_name}` is not `{joined}`, as the components say
-- what: The sort name is not the family name, a comma and the given name (the only component of a
--   mononym). Components that do not spell the preferred name are SN062 and nothing else.
-- why: Lists of speakers are sorted by it, whatever the order in which a name is written.
-- example: `Kye Gwan, Kim`
-- fix: Write the family name first, then a comma and the given name.
SELECT person_id, sort_name, joined
FROM (SELECT *, concat_ws(', ', family_name, given_name) AS joined FROM people)
WHERE joined <> '' AND sort_name <> joined
  AND name IN (concat_ws(' ', family_name, given_name), concat_ws(' ', given_name, family_name))
