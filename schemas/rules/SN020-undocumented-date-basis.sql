-- code: SN020
-- name: undocumented-date-basis
-- severity: error
-- table: articles
-- field: published_date_basis
-- message: `{item}` is not documented in `codes` as a basis of the date
-- what: An item of `published_date_basis` has no row in `codes`. Table Schema cannot restrict the
--   items of a list, so this rule does.
-- why: A word that nobody defined means something else to each curator.
-- example: `republisher_url|guess`
-- fix: Use one of the words of `codes` for this field, or document the new one there.
SELECT article_id, item
FROM (SELECT article_id, unnest(published_date_basis) AS item FROM articles)
WHERE NOT EXISTS (
  FROM codes WHERE "table" = 'articles' AND field = 'published_date_basis' AND value = item
)
