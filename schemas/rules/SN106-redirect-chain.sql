-- code: SN106
-- name: redirect-chain
-- severity: error
-- table: redirects
-- field: new_id
-- fields: table, new_id
-- message: `{old_id}` is redirected to `{new_id}`, which is redirected to {onward}
-- what: A redirect leads to an id that is redirected itself, also where the two form a circle.
-- why: Whoever resolves an old id should need one look-up. Chains grow with each merge until two of
--   them close a circle.
-- example: `a` to `b` and `b` to `a`
-- fix: Point every redirect at the row that is active today.
SELECT r.old_id, r."table", r.new_id, coalesce('`' || n.new_id || '`', 'nothing') AS onward
FROM redirects r
JOIN redirects n ON n."table" = r."table" AND n.old_id = r.new_id
