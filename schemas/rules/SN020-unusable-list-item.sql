-- code: SN020
-- name: unusable-list-item
-- severity: error
-- table: articles
-- field: published_date_basis
-- fields: published_date_basis, media_topics
-- message: `{item}` in `{cell}` is not {wanted}
-- what: An item of `published_date_basis` has no row in `codes`, or an item of `media_topics` does
--   not have the form of an IPTC Media Topic. Table Schema cannot restrict the items of a list, so
--   this rule does.
-- why: A word that nobody defined means something else to each curator, and a Media Topic with a
--   slip in its number leads to another topic or to none.
-- example: `republisher_url|guess`, `medtop:2000638`
-- fix: Use one of the words of `codes` for the field, or document the new one there; copy the eight
--   digits of a topic from the IPTC NewsCodes.
SELECT article_id, 'published_date_basis' AS cell, item, 'documented in `codes`' AS wanted
FROM (SELECT article_id, unnest(published_date_basis) AS item FROM articles)
WHERE NOT EXISTS (
  FROM codes WHERE "table" = 'articles' AND field = 'published_date_basis' AND value = item
)
UNION ALL
SELECT article_id, 'media_topics', item, '`medtop:` and eight digits'
FROM (SELECT article_id, unnest(media_topics) AS item FROM articles)
WHERE NOT regexp_full_match(item, 'medtop:[0-9]{8}')
