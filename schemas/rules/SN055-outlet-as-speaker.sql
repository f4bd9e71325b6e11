-- code: SN055
-- name: outlet-as-speaker
-- severity: error
-- table: quotes
-- field: speaker_org_id
-- fields: article_id, speaker_org_id
-- message: `{speaker_org_id}` published the article and cannot be its quoted speaker
-- what: The organization for which somebody speaks is the outlet of the same article.
-- why: The outlet tells the story; whoever is quoted in it is somebody else. An agency that relays
--   the words belongs into `reporting_org_id`.
-- example: `bbc-news` as the speaker in an article of BBC News
-- fix: Enter the organization of the speaker; leave it empty if the article names none.
SELECT q.quote_id, q.speaker_org_id
FROM quotes q JOIN articles a ON a.article_id = q.article_id
WHERE q.speaker_org_id = a.outlet_id
