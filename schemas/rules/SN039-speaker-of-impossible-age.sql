-- code: SN039
-- name: speaker-of-impossible-age
-- severity: error
-- table: quotes
-- field: speaker_id
-- fields: speaker_id, said_edtf, said_earliest, said_latest
-- message: `{speaker_id}` {reason}
-- what: The earliest day of a quotation lies after the speaker's death, or its latest day before
--   the speaker's tenth birthday. People who died before they were born are SN040 only.
-- why: Namesakes are common, and the one who died is mostly the better known. News rarely quotes
--   children by name: the speaker is more likely a parent, or dated a century wrong.
-- example: words of 2020 given to a person who died in 2011; words of 1991 to one born in 1984
-- fix: Choose the right namesake, or correct the date of the quotation, birth or death.
SELECT q.quote_id, q.speaker_id,
  CASE WHEN q.said_earliest > p.death
    THEN 'had died (`' || p.death_edtf || '`) before the words were said on ' || q.said_earliest
    ELSE 'was not yet ten years old on ' || q.said_latest || ', being born on '
      || p.birth_earliest || ' or later' END AS reason
FROM quotes q
JOIN (SELECT *, edtf_latest(death_edtf) AS death FROM people) p ON p.person_id = q.speaker_id
WHERE coalesce(p.death >= p.birth_earliest, true)
  AND (q.said_earliest > p.death OR q.said_latest < p.birth_earliest + INTERVAL 10 YEAR)
