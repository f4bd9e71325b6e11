-- code: SN120
-- name: undocumented-plover-context
-- severity: error
-- table: events
-- field: plover_context
-- message: `{item}` is not documented in `codes` as a context
-- what: An item of `plover_context` has no row in `codes`. Table Schema cannot restrict the items
--   of a list, so this rule does.
-- why: Contexts are counted and compared. A misspelt one makes a class of its own.
-- example: `diplomatic|nuclear`
-- fix: Use one of the words of `codes` for this field; PLOVER calls nuclear matters `cbrn`.
SELECT event_id, item
FROM (SELECT event_id, unnest(plover_context) AS item FROM events)
WHERE NOT EXISTS (
  FROM codes WHERE "table" = 'events' AND field = 'plover_context' AND value = item
)
