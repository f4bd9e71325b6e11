-- code: SN170
-- name: relay-is-no-carrier
-- severity: error
-- table: quotes
-- field: reporting_org_id
-- fields: reporting_org_id, event_id
-- needs: RF001
-- message: `{reporting_org_id}` relays the words but is no carrier of the statement `{event_id}`
-- what: A quotation from a statement names the organization through which it came, and the
--   participants of that statement do not have it as `carrier`.
-- why: The relay is a fact about the event: all who quote the statement have it from there.
-- example: a statement carried by KCNA whose participants do not include `kcna`
-- fix: Add the relay to `event_participants` as `carrier`, or correct `reporting_org_id`.
SELECT q.quote_id, q.reporting_org_id, q.event_id
FROM quotes q JOIN events e ON e.event_id = q.event_id
WHERE e.event_type = 'statement' AND q.reporting_org_id IS NOT NULL
  AND NOT EXISTS (
    FROM event_participants p
    WHERE p.event_id = q.event_id AND p.role = 'carrier'
      AND p.organization_id = q.reporting_org_id
  )
