-- code: SN090
-- name: overlapping-mentions
-- severity: error
-- table: mentions
-- field: start
-- fields: article_id, stream, start, end
-- message: `{surface}` from {start} to {end} overlaps `{other}` from {other_start} to {other_end}
-- what: Two mentions share characters of the same text. Mentions whose offsets do not fit their
--   words are SN144 only.
-- why: Each stretch of text stands for one thing. Where a name contains another one, the longer is
--   the mention.
-- example: “South Korean President Moon Jae-in” and “Moon Jae-in” inside it
-- fix: Keep the longer mention, or correct the offsets.
SELECT m.article_id, m.stream, m.start, m."end", m.surface,
  o.surface AS other, o.start AS other_start, o."end" AS other_end
FROM mentions m
JOIN mentions o ON o.article_id = m.article_id AND o.stream = m.stream
  AND (o.start, o."end") < (m.start, m."end") AND o."end" > m.start
WHERE length(m.surface) = m."end" - m.start AND length(o.surface) = o."end" - o.start
