-- code: SN128
-- name: accessed-in-the-future
-- severity: error
-- table: references
-- field: accessed_on
-- message: the document was consulted on {accessed_on}, which is later than today
-- what: The day on which a reference was consulted has not come yet.
-- why: A day in the future is a slip of the pen, mostly in the year.
-- example: `2206-11-23`
-- fix: Enter the day on which the document was consulted.
SELECT reference_id, accessed_on
FROM "references"
WHERE accessed_on > today()
