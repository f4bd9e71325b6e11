-- code: SN115
-- name: name-in-other-script
-- severity: error
-- table: person_names
-- field: name
-- fields: name, script
-- message: the name is not wholly written in the script {script}
-- what: A letter of a recorded name does not belong to the script named beside it. A name that
--   mixes look-alike letters inside one word is a finding of the general text checks as well.
-- why: The script tells programs how to compare and transcribe a name. A Hangul name marked Hanja
--   is compared with nothing.
-- example: `문재인` with script Hani
-- fix: Correct the script, or retype the name with the right keyboard.
SELECT person_id, name, name_type, script
FROM person_names
WHERE NOT in_script(name, script)
