-- code: SN004
-- name: person-id-unlike-name
-- severity: warning
-- table: people
-- field: person_id
-- fields: person_id, name
-- message: the id `{person_id}` does not begin with the slug of any recorded name of `{name}`
-- what: A person's id is neither the slug of the preferred name nor of another recorded name, with
--   or without something behind it that tells namesakes apart.
-- why: Ids are compared by eye in reviews. One that does not say the name hides a row that was
--   copied and only half changed.
-- example: `kye-gwan-kim` for Kim Kye Gwan
-- fix: Before the first release rename the id everywhere. After it, record the name from which the
--   id was made in `person_names` as `former`.
SELECT person_id, name,
  'the slug of the preferred name is `' || slugify(name) || '`' AS help
FROM people p
WHERE NOT starts_with(person_id || '-', slugify(name) || '-')
  AND NOT EXISTS (
    FROM person_names n
    WHERE n.person_id = p.person_id AND starts_with(p.person_id || '-', slugify(n.name) || '-')
  )
