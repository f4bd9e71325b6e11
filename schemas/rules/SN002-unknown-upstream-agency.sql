-- code: SN002
-- name: unknown-upstream-agency
-- severity: error
-- table: articles
-- field: upstream_agencies
-- needs: FD002
-- message: `{agency}` is not an organization
-- what: An item of `upstream_agencies` is not the id of an organization. A foreign key cannot reach
--   into a list, so this rule does.
-- why: The agencies behind an article are found through this list. A misspelt one is found by
--   nobody.
-- example: `kcna|reuterss`
-- fix: Correct the id, or add the agency to `organizations`.
SELECT article_id, agency
FROM (SELECT article_id, unnest(upstream_agencies) AS agency FROM articles)
WHERE NOT EXISTS (FROM organizations WHERE organization_id = agency)
