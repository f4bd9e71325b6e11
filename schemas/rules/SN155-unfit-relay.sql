-- code: SN155
-- name: unfit-relay
-- severity: error
-- table: quotes
-- field: reporting_org_id
-- fields: reporting_org_id, event_id
-- needs: RF001
-- message: `{reporting_org_id}` relays the words but is {reason}
-- what: The organization that relays a quotation is not an outlet, an agency or an aggregator; or
--   the words are from a statement whose participants do not have it as `carrier`.
-- why: Speaker and relay are easily swapped: a ministry speaks, its agency reports. And the relay
--   is a fact about the statement: all who quote it have it from there.
-- example: `dprk-ministry-of-foreign-affairs` as the relay of its own statement
-- fix: Enter the agency or outlet from which the article has the words, and add it to
--   `event_participants` as `carrier`; the body that spoke belongs into `speaker_org_id`.
SELECT q.quote_id, q.reporting_org_id,
  CASE WHEN o.org_type NOT IN ('news_outlet', 'news_agency', 'aggregator')
    THEN 'a ' || o.org_type || ', not a news organization'
    ELSE 'no carrier of the statement `' || q.event_id || '`' END AS reason
FROM quotes q
JOIN organizations o ON o.organization_id = q.reporting_org_id
LEFT JOIN events e ON e.event_id = q.event_id
WHERE o.org_type NOT IN ('news_outlet', 'news_agency', 'aggregator')
  OR e.event_type = 'statement' AND NOT EXISTS (
    FROM event_participants p
    WHERE p.event_id = q.event_id AND p.role = 'carrier'
      AND p.organization_id = q.reporting_org_id
  )
