-- code: SN040
-- name: death-before-birth
-- severity: error
-- table: people
-- field: death_edtf
-- fields: birth_edtf, birth_earliest, death_edtf
-- message: died on `{death_edtf}`, before the birth on `{birth_edtf}`
-- what: The latest day of a death lies before the earliest day of the birth.
-- why: Mostly the dates of two namesakes have been mixed.
-- example: born 1984, died 1948
-- fix: Correct whichever date is wrong, with its reference.
SELECT person_id, birth_edtf, death_edtf
FROM people
WHERE edtf_latest(death_edtf) < birth_earliest
