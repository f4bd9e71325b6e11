-- code: SN103
-- name: article-id-of-another-day
-- severity: warning
-- table: articles
-- field: article_id
-- fields: article_id, published_date
-- message: the id of the article says `{in_id}` but it was published on {published_date}
-- what: The eight digits in the id of an article are not its day of publication.
-- why: Ids are read by people. Before a release the id is corrected with the date; after it the id
--   stays, and this warning reminds reviewers that the slug carries an old error.
-- example: `bbc-20200110-kim-trump-relations` with `published_date` 2020-01-11
-- fix: Correct whichever is wrong. If the id was released, keep it and say why in the changelog of
--   the data.
SELECT article_id, published_date, in_id
FROM (
  SELECT article_id, published_date, regexp_extract(article_id, '-(\d{8})-', 1) AS in_id
  FROM articles
)
WHERE in_id <> '' AND in_id <> strftime(published_date, '%Y%m%d')
