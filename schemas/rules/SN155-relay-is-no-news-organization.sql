-- code: SN155
-- name: relay-is-no-news-organization
-- severity: error
-- table: quotes
-- field: reporting_org_id
-- message: `{reporting_org_id}` relays the words but is a {org_type}, not a news organization
-- what: The organization that relays a quotation is not an outlet, an agency or an aggregator.
-- why: Speaker and relay are easily swapped: a ministry speaks, its agency reports.
-- example: `dprk-ministry-of-foreign-affairs` as the relay of its own statement
-- fix: Enter the agency or outlet from which the article has the words; the body that spoke belongs
--   into `speaker_org_id`.
SELECT q.quote_id, q.reporting_org_id, o.org_type
FROM quotes q JOIN organizations o ON o.organization_id = q.reporting_org_id
WHERE o.org_type NOT IN ('news_outlet', 'news_agency', 'aggregator')
