-- code: SN167
-- name: unused-organization
-- severity: warning
-- table: organizations
-- field: organization_id
-- needs: RF001
-- message: `{organization_id}` is not used by any article, quotation, mention, event, membership or
--   other organization
-- what: An active organization is no outlet, agency, speaker, relay, addressee, participant or
--   parent, and in no mention or membership.
-- why: A row that nothing uses cannot be checked against anything.
-- example: `newsflash-one` after its article was withdrawn
-- fix: Delete the row before its first release; after it, withdraw it with a redirect.
SELECT o.organization_id
FROM organizations o
ANTI JOIN (
  SELECT unnest([outlet_id, retrieved_from_id] || coalesce(upstream_agencies, [])) AS id
  FROM articles
  UNION ALL SELECT unnest([speaker_org_id, reporting_org_id, addressee_org_id]) FROM quotes
  UNION ALL SELECT organization_id FROM mentions
  UNION ALL SELECT organization_id FROM event_participants
  UNION ALL SELECT organization_id FROM memberships
  UNION ALL SELECT parent_id FROM organizations
) used ON used.id = o.organization_id
WHERE o.status = 'active'
