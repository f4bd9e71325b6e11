-- code: SN003
-- name: quote-id-of-another-article
-- severity: error
-- table: quotes
-- field: quote_id
-- fields: quote_id, article_id
-- message: `{quote_id}` is numbered under another article than `{article_id}`
-- what: The id of a quotation is not the id of its article followed by `-q` and a number.
-- why: Readers take the article from the id of a quotation. An id that names another article sends
--   them to the wrong text, and nothing else in the row would show it.
-- example: quote `bbc-20200111-kim-trump-relations-q03` with article `bbc-20200112-other`
-- fix: Before the first release give the quotation an id of its own article. After it, withdraw the
--   row, add a new one and enter the old id in `redirects`.
SELECT quote_id, article_id
FROM quotes
WHERE NOT starts_with(quote_id, article_id || '-q')
