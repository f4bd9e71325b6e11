-- code: SN057
-- name: sentence-called-partial
-- severity: warning
-- table: quotes
-- field: quote_type
-- fields: quote_type, text
-- message: a quotation called partial {reason}
-- what: A quotation of the type `partial` has more than twelve words, or holds the end of a
--   sentence and goes on.
-- why: A partial quotation is a piece that the reporter built into a sentence. Whole sentences are
--   `direct`, and readers who study wording take those only.
-- example: “We have been deceived. That was lost time” as `partial`
-- fix: Set the type to `direct` if the words stand as a sentence of their own.
SELECT quote_id,
  CASE WHEN word_count(text) > 12 THEN 'has ' || word_count(text) || ' words'
    ELSE 'holds the end of a sentence' END AS reason
FROM quotes
WHERE quote_type = 'partial'
  AND (word_count(text) > 12 OR regexp_matches(text, '[a-zß-ÿ][.?!]["”’'']? +[A-ZÀ-Þ]'))
