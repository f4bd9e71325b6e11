-- code: SN165
-- name: alias-of-two-organizations
-- severity: warning
-- table: organizations
-- field: aliases
-- message: `{alias}` is also a name of `{other}`
-- what: A name or alias of an organization is also one of another, leaving aside capitals and
--   punctuation.
-- why: Aliases are what “Seoul” or “the North” is resolved by. One that belongs to two
--   organizations resolves to neither.
-- example: `Seoul` under the government and under the office of the president
-- fix: Keep the alias where articles mostly mean it and delete the other.
WITH names AS (
  SELECT organization_id, alias, text_key(alias) AS folded
  FROM (SELECT organization_id, unnest(coalesce(aliases, []) || [name]) AS alias FROM organizations)
)
SELECT n.organization_id, min(n.alias) AS alias, min(o.organization_id) AS other
FROM names n JOIN names o ON o.folded = n.folded AND o.organization_id < n.organization_id
GROUP BY n.organization_id
