-- code: SN028
-- name: retrieved-in-the-future
-- severity: error
-- table: articles
-- field: retrieved_on
-- message: the copy was read on {retrieved_on}, which is later than today
-- what: The day on which the copy of an article was read has not come yet. That it was read after
--   it was published is judged by the suite, so a day of publication in the future is found as
--   well.
-- why: A day in the future is a slip of the pen, mostly in the year.
-- example: `2206-11-23`
-- fix: Enter the day on which the copy was read.
SELECT article_id, retrieved_on
FROM articles
WHERE retrieved_on > today()
