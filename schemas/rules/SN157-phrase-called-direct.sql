-- code: SN157
-- name: phrase-called-direct
-- severity: warning
-- table: quotes
-- field: quote_type
-- fields: quote_type, text
-- message: the number of words in a quotation called direct is {words}, below four
-- what: A quotation of the type `direct` has fewer than four words.
-- why: Two or three words in quotation marks are nearly always a piece inside the reporter's
--   sentence.
-- example: “not bad” as `direct`
-- fix: Set the type to `partial`, unless the words stand as an utterance of their own.
SELECT quote_id, word_count(text) AS words
FROM quotes
WHERE quote_type = 'direct' AND word_count(text) < 4
