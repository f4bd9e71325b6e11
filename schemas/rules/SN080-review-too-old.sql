-- code: SN080
-- name: review-too-old
-- severity: warning
-- table: reviews
-- field: reviewed_on
-- message: the last review of this row, on {reviewed_on}, is more than two years old
-- what: The newest review of a row was made more than 24 months ago. That the row has not changed
--   since is judged by its hash.
-- why: Links die, people change posts, and documents turn up. What was checked once is checked
--   again.
-- example: a review of 2023-01-12 in 2026
-- fix: Check the row against its sources again and add a review.
SELECT "table", row_key, reviewer, reviewed_on
FROM (
  SELECT *, max(reviewed_on) OVER (PARTITION BY "table", row_key) AS newest FROM reviews
)
WHERE reviewed_on = newest AND reviewed_on < today() - INTERVAL 24 MONTH
