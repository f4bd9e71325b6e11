-- code: SN022
-- name: language-tag-of-other-script
-- severity: error
-- table: person_names
-- field: language
-- fields: language, script
-- message: `{language}` says the script {in_tag} but the name is marked {script}
-- what: A BCP 47 tag names one script and the column `script` another.
-- why: `ko-Hang` for a romanized name sends it to a Korean reader and a Korean sorter.
-- example: `ko-Hang` with script Latn
-- fix: Write the tag with the script of the name: `ko-Latn` for a romanization.
SELECT person_id, name, name_type, language, script, in_tag
FROM (
  SELECT *, regexp_extract(language, '-([A-Z][a-z]{3})(-|$)', 1) AS in_tag FROM person_names
)
WHERE in_tag <> '' AND in_tag <> script
