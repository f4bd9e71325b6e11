-- code: SN015
-- name: native-name-in-other-script
-- severity: error
-- table: people
-- field: native_name
-- fields: native_name, native_script
-- message: the native name is not wholly written in the script {native_script}
-- what: A letter of `native_name` does not belong to the script named in `native_script`.
-- why: Letters of two scripts can look the same and never match. A name in the wrong script is lost
--   to search and to every join by name.
-- example: 김계관 with `native_script` Hani
-- fix: Correct the script, or retype the name with the right keyboard.
SELECT person_id, native_script
FROM people
WHERE NOT in_script(native_name, native_script)
