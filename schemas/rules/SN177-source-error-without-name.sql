-- code: SN177
-- name: source-error-without-name
-- severity: error
-- table: mentions
-- field: surface
-- fields: surface, person_id, is_source_error
-- message: `{surface}` is not recorded as a `source_error` name of `{person_id}`
-- what: A mention of a person is marked as an error of the source, and `person_names` has no row of
--   the type `source_error` with these words for that person.
-- why: The wrong form is kept apart from the true names, so that readers who search for it find the
--   person and programs never match by it.
-- example: “Mr Kye” flagged, without its row in `person_names`
-- fix: Add the form to `person_names` with the type `source_error`.
SELECT m.article_id, m.stream, m.start, m."end", m.surface, m.person_id
FROM mentions m JOIN people p ON p.person_id = m.person_id
WHERE m.is_source_error AND NOT EXISTS (
  FROM person_names n
  WHERE n.person_id = m.person_id AND n.name_type = 'source_error' AND n.name = m.surface
)
