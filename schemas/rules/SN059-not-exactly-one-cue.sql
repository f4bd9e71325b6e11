-- code: SN059
-- name: not-exactly-one-cue
-- severity: error
-- table: quotes
-- field: quote_id
-- fields: quote_id, quote_type
-- needs: RF001
-- message: the quotation has {cues} spans with the role `cue`
-- what: A quotation does not have exactly one cue, the verb or phrase of saying. Headlines are
--   exempt, and a continuation repeats the cue of the piece that it continues.
-- why: The cue is the proof that the article attributes the words. Two cues are two attributions,
--   and those need two rows.
-- example: a quotation whose row in `quote_spans` was forgotten
-- fix: Add the span of the verb of saying to `quote_spans`, or split the quotation.
SELECT q.quote_id, coalesce(s.cues, 0) AS cues
FROM quotes q
LEFT JOIN (
  SELECT quote_id, count(*) AS cues FROM quote_spans WHERE role = 'cue' GROUP BY quote_id
) s ON s.quote_id = q.quote_id
WHERE q.quote_type <> 'headline' AND coalesce(s.cues, 0) <> 1
