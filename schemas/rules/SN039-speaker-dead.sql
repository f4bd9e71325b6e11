-- code: SN039
-- name: speaker-dead
-- severity: error
-- table: quotes
-- field: speaker_id
-- fields: speaker_id, said_edtf, said_earliest
-- message: `{speaker_id}` had died (`{death_edtf}`) before the words were said ({said_earliest})
-- what: The earliest day of a quotation lies after the speaker's death.
-- why: Namesakes are common, and the one who died is mostly the better known.
-- example: words of 2020 given to a person who died in 2011
-- fix: Choose the right namesake, or correct the date of the quotation or of the death.
SELECT q.quote_id, q.speaker_id, q.said_earliest, p.death_edtf
FROM quotes q JOIN people p ON p.person_id = q.speaker_id
WHERE q.said_earliest > edtf_latest(p.death_edtf)
