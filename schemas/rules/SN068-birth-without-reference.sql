-- code: SN068
-- name: birth-without-reference
-- severity: warning
-- table: people
-- field: birth_edtf
-- fields: birth_edtf, death_edtf, reference_id
-- message: a date of birth or death is recorded without a reference
-- what: A person has a date of birth or death, but `reference_id` is empty.
-- why: Dates of living people are personal data. They are recorded only where a public document
--   gives them.
-- example: a birth in 1984 without a source
-- fix: Add the reference, or leave the date empty.
SELECT person_id
FROM people
WHERE reference_id IS NULL AND (birth_edtf IS NOT NULL OR death_edtf IS NOT NULL)
