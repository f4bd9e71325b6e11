-- code: SN057
-- name: quote-type-unlike-words
-- severity: warning
-- table: quotes
-- field: quote_type
-- fields: quote_type, text
-- message: a quotation called {quote_type} {reason}
-- what: A quotation of the type `partial` has more than twelve words, or holds the end of a
--   sentence and goes on; or one of the type `direct` has fewer than four words.
-- why: A partial quotation is a piece that the reporter built into a sentence, as two or three
--   words nearly always are. Whole sentences are `direct`, and readers who study wording take those
--   only.
-- example: “We have been deceived. That was lost time” as `partial`, “not bad” as `direct`
-- fix: Set the type to `direct` if the words stand as an utterance of their own, else to `partial`.
SELECT quote_id, quote_type,
  CASE WHEN quote_type = 'direct' OR words > 12 THEN 'has a length of ' || words || ' words'
    ELSE 'holds the end of a sentence' END AS reason
FROM (SELECT *, word_count(text) AS words FROM quotes)
WHERE quote_type = 'direct' AND words < 4
  OR quote_type = 'partial'
    AND (words > 12 OR regexp_matches(text, '[a-zß-ÿ][.?!]["”’'']? +[A-ZÀ-Þ]'))
