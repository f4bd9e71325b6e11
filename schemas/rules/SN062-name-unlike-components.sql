-- code: SN062
-- name: name-unlike-components
-- severity: error
-- table: people
-- field: name
-- fields: name, family_name, given_name, name_order
-- message: `{name}` is not `{joined}`, as its components and their order say
-- what: The preferred name is not the family and the given name joined in the order of
--   `name_order`; a mononym has only one of them.
-- why: Sort keys, citations and short forms are made from the components. They must spell the name
--   that is shown.
-- example: `Kye Gwan Kim` with `family_first`
-- fix: Correct the name, a component or the order, whichever is wrong.
SELECT person_id, name, joined
FROM (
  SELECT *, CASE name_order
    WHEN 'family_first' THEN concat_ws(' ', family_name, given_name)
    ELSE concat_ws(' ', given_name, family_name) END AS joined
  FROM people
)
WHERE name_order IS NOT NULL AND name <> joined
