-- code: SN220
-- name: malformed-media-topic
-- severity: error
-- table: articles
-- field: media_topics
-- message: `{item}` is not `medtop:` and eight digits
-- what: An item of `media_topics` does not have the form of an IPTC Media Topic. Table Schema
--   cannot restrict the items of a list, so this rule does.
-- why: Media Topics are looked up by their number at IPTC. A number with a slip leads to another
--   topic or to none.
-- example: `medtop:2000638`
-- fix: Copy the eight digits from the IPTC NewsCodes.
SELECT article_id, item
FROM (SELECT article_id, unnest(media_topics) AS item FROM articles)
WHERE NOT regexp_full_match(item, 'medtop:[0-9]{8}')
