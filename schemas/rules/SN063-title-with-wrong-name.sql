-- code: SN063
-- name: title-with-wrong-name
-- severity: error
-- table: mentions
-- field: surface
-- fields: surface, person_id, is_source_error
-- message: `{surface}` does not have the family name of `{person_id}`, which is {family_name}
-- what: A mention with Mr, Ms, Mrs, Miss or Mx is followed by something else than the family name
--   (or the whole name) of the person, and is not marked as an error of the source. People whose
--   name is not spelt by their components are SN062 only.
-- why: Either the article has it wrong (the famous case is “Mr Kye” for a Mr Kim), which must be
--   marked, or the mention is resolved to the wrong person.
-- example: “Mr Kye” resolved to `kim-kye-gwan` with `is_source_error` false
-- fix: Resolve the mention to the right person; if the article is wrong, set `is_source_error` to
--   true and annotate it.
SELECT m.article_id, m.stream, m.start, m."end", m.surface, m.person_id, p.family_name
FROM (
  SELECT *, regexp_extract(surface, '^(?:Mr|Ms|Mrs|Miss|Mx)\.? (.+?)(?:[''’]s?)?$', 1) AS called
  FROM mentions WHERE NOT is_source_error
) m
JOIN people p ON p.person_id = m.person_id
WHERE m.called <> '' AND p.family_name IS NOT NULL
  AND p.name IN (concat_ws(' ', p.family_name, p.given_name),
    concat_ws(' ', p.given_name, p.family_name))
  AND text_key(m.called) NOT IN (text_key(p.family_name), text_key(p.name))
