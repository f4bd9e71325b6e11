-- code: SN077
-- name: source-error-without-annotation
-- severity: error
-- table: mentions
-- field: is_source_error
-- fields: article_id, surface, is_source_error
-- message: `{surface}` is marked as an error of the source, but no annotation of the article
--   explains it
-- what: A mention with `is_source_error` has no annotation of the kind `source_error` or `typo` in
--   the same article that quotes the same words or covers the same place.
-- why: To say that a newspaper is wrong needs evidence. The flag alone gives none.
-- example: “Mr Kye” flagged, with nothing in `annotations`
-- fix: Add an annotation with the correction and its reference.
SELECT m.article_id, m.stream, m.start, m."end", m.surface
FROM mentions m
WHERE m.is_source_error AND NOT EXISTS (
  FROM annotations n
  WHERE n.article_id = m.article_id AND n.kind IN ('source_error', 'typo')
    AND (n.source_text = m.surface
      OR (n.stream = m.stream AND n.start < m."end" AND n."end" > m.start))
)
