-- code: SN066
-- name: near-duplicate-person
-- severity: warning
-- table: people
-- field: name
-- fields: name, native_name, birth_edtf
-- message: `{name}` may be the same person as `{other_name}`, because {reason}
-- what: Two active people have the same native name, names that differ by one letter, or similar
--   names and the same date of birth. The same Wikidata item is found by the schema, exactly the
--   same name by SN065.
-- why: Romanizations vary, and a second row for the same speaker splits everything said by them.
-- example: Kim Jong-un and Kim Jung-un
-- fix: Merge the rows and enter a redirect; if they are two people, add what tells them apart to
--   `description`.
WITH active AS (SELECT *, text_key(name) AS folded FROM people WHERE status = 'active')
SELECT p.person_id, p.name, o.name AS other_name,
  CASE WHEN p.native_name = o.native_name THEN 'their native names are equal'
    WHEN damerau_levenshtein(p.folded, o.folded) = 1 THEN 'their names differ by one letter'
    ELSE 'their names are similar and their births the same' END AS reason
FROM active p JOIN active o ON o.person_id < p.person_id
WHERE p.folded <> o.folded AND (p.native_name = o.native_name
  OR (length(p.folded) >= 8 AND damerau_levenshtein(p.folded, o.folded) = 1)
  OR (p.birth_edtf = o.birth_edtf AND jaro_winkler_similarity(p.folded, o.folded) > 0.9))
