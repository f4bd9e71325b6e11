-- code: SN061
-- name: too-much-quoted
-- severity: error
-- table: articles
-- field: body_chars
-- fields: body_chars, license
-- message: {percent} % of the body stands in `quotes`, more than a quarter
-- what: The quotations of an article whose licence reserves its rights add up to more than 25 % of
--   its body. Articles under an open licence are exempt.
-- why: Quotation is allowed in the measure that its purpose needs. A dataset that holds a quarter
--   of an article comes close to holding a copy.
-- example: 1,200 of 4,456 characters quoted
-- fix: Keep the quotations that the research question needs and record the others as indirect
--   statements.
SELECT a.article_id, round(100.0 * sum(length(q.text)) / a.body_chars, 1) AS percent
FROM articles a JOIN quotes q ON q.article_id = a.article_id
WHERE q.stream = 'body' AND q.status = 'active' AND starts_with(a.license, 'LicenseRef-')
GROUP BY a.article_id, a.body_chars
HAVING sum(length(q.text)) > 0.25 * a.body_chars
