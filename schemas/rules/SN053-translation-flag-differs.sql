-- code: SN053
-- name: translation-flag-differs
-- severity: error
-- table: quotes
-- field: is_translation
-- fields: is_translation, language, original_language
-- message: `is_translation` is {is_translation}, but `{language}` was printed and
--   `{original_language}` spoken
-- what: `is_translation` is true although both languages are the same, or false although they
--   differ. Regions and scripts do not count: `en-GB` and `en` are one language.
-- why: Translated words are not the speaker's words. Readers who study wording must be able to
--   leave them out.
-- example: English of a Korean agency with `original_language` ko and `is_translation` false
-- fix: Correct the flag, or whichever language is wrong.
SELECT quote_id, is_translation, language, original_language
FROM quotes
WHERE is_translation = (split_part(language, '-', 1) = split_part(original_language, '-', 1))
