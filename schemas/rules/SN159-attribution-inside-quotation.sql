-- code: SN159
-- name: attribution-inside-quotation
-- severity: error
-- table: quote_spans
-- field: start
-- fields: quote_id, start, end
-- message: the {role} from {start} to {end} lies inside the quotation from {quote_start} to
--   {quote_end}
-- what: A source, cue or addressee overlaps the words between the quotation marks. Indirect
--   statements have no marks and are exempt.
-- why: What is said and who says it are told apart by the marks. A cue inside them belongs to a
--   quotation within the quotation.
-- example: the cue `he said` with offsets inside the quoted sentence
-- fix: Correct the offsets; if the marks close before the cue, the quotation is two rows.
SELECT s.quote_id, s.role, s.start, s."end", q.start AS quote_start, q."end" AS quote_end
FROM quote_spans s JOIN quotes q ON q.quote_id = s.quote_id
WHERE s.role <> 'content' AND q.quote_type <> 'indirect'
  AND s.start < q."end" AND s."end" > q.start
