-- code: SN077
-- name: unexplained-source-error
-- severity: error
-- table: mentions
-- field: is_source_error
-- fields: article_id, surface, person_id, is_source_error
-- message: `{surface}` is marked as an error of the source, but {missing}
-- what: A mention with `is_source_error` has no annotation of the kind `source_error` or `typo` in
--   the same article that quotes the same words or covers the same place; or it stands for a
--   person, and `person_names` has no row of the type `source_error` with these words for them.
-- why: To say that a newspaper is wrong needs evidence; the flag alone gives none. And the wrong
--   form is kept apart from the true names, so that programs never match by it.
-- example: “Mr Kye” flagged, with nothing in `annotations`
-- fix: Add an annotation with the correction and its reference, and the form to `person_names` with
--   the type `source_error`; or take the flag away.
SELECT m.article_id, m.stream, m.start, m."end", m.surface,
  CASE WHEN n.name IS NULL AND p.person_id IS NOT NULL
    THEN 'it is not recorded as a `source_error` name of `' || m.person_id || '`'
    ELSE 'no annotation of the article explains it' END AS missing
FROM mentions m
LEFT JOIN people p ON p.person_id = m.person_id
LEFT JOIN person_names n ON n.person_id = m.person_id AND n.name = m.surface
  AND n.name_type = 'source_error'
WHERE m.is_source_error AND (p.person_id IS NOT NULL AND n.name IS NULL
  OR NOT EXISTS (
    FROM annotations a
    WHERE a.article_id = m.article_id AND a.kind IN ('source_error', 'typo')
      AND (a.source_text = m.surface
        OR (a.stream = m.stream AND a.start < m."end" AND a."end" > m.start))
  ))
