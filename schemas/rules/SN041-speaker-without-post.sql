-- code: SN041
-- name: speaker-without-post
-- severity: warning
-- table: quotes
-- field: speaker_org_id
-- fields: speaker_id, speaker_org_id, said_edtf, said_earliest, said_latest
-- needs: RF001, FD002
-- message: no membership makes `{speaker_id}` a speaker for `{speaker_org_id}` at `{said_edtf}`
-- what: A quotation names a person and an organization, but `memberships` holds none of that
--   person, at that time, in the organization, a part of it or a body that it is part of. A
--   membership without dates counts for any time.
-- why: Posts change. An adviser who is quoted as the minister that he was a year before speaks for
--   somebody else.
-- example: a minister quoted for the ministry after leaving it in April 2019
-- fix: Add the membership with its evidence, or correct the organization.
WITH RECURSIVE part (inner_id, outer_id) AS (
  SELECT organization_id, organization_id FROM organizations
  UNION
  SELECT part.inner_id, o.parent_id
  FROM part JOIN organizations o ON o.organization_id = part.outer_id
  WHERE o.parent_id IS NOT NULL
),
post AS MATERIALIZED (
  SELECT person_id, organization_id,
    edtf_days(start_edtf) AS begins, edtf_days(end_edtf) AS ends
  FROM memberships
),
related AS (
  SELECT inner_id AS one, outer_id AS other FROM part
  UNION ALL SELECT outer_id, inner_id FROM part
),
served AS (
  SELECT q.quote_id
  FROM quotes q
  JOIN post ON post.person_id = q.speaker_id
  JOIN related r ON r.one = post.organization_id AND r.other = q.speaker_org_id
  WHERE coalesce(post.ends[2] >= q.said_earliest, true)
    AND coalesce(post.begins[1] <= q.said_latest, true)
)
SELECT q.quote_id, q.speaker_id, q.speaker_org_id, q.said_edtf
FROM quotes q
SEMI JOIN people p ON p.person_id = q.speaker_id
SEMI JOIN organizations g ON g.organization_id = q.speaker_org_id
ANTI JOIN served ON served.quote_id = q.quote_id
