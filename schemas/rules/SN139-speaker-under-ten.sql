-- code: SN139
-- name: speaker-under-ten
-- severity: error
-- table: quotes
-- field: speaker_id
-- fields: speaker_id, said_edtf, said_latest
-- message: `{speaker_id}` was not yet ten years old (born {birth_earliest} or later) on
--   {said_latest}
-- what: The latest day of a quotation lies before the tenth birthday of its speaker, or before the
--   birth.
-- why: News rarely quotes children by name. The speaker is more likely a parent, a namesake, or
--   dated a century wrong.
-- example: words of 1991 given to somebody born in 1984
-- fix: Choose the right speaker, or correct the date of the quotation or of the birth.
SELECT q.quote_id, q.speaker_id, q.said_latest, p.birth_earliest
FROM quotes q JOIN people p ON p.person_id = q.speaker_id
WHERE q.said_latest < p.birth_earliest + INTERVAL 10 YEAR
