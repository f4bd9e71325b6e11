-- code: SN058
-- name: broken-continuation
-- severity: error
-- table: quotes
-- field: continues_quote_id
-- fields: article_id, seq, speaker_id, speaker_org_id, continues_quote_id
-- needs: RF001
-- message: the quotation continues `{continues_quote_id}`, which {reason}
-- what: A quotation continues another one of a different article or speaker, or one that does not
--   stand before it.
-- why: Continuations are joined to whole statements. A chain that runs to another speaker puts
--   words into somebody's mouth.
-- example: q16 of Kim Kye Gwan as the continuation of q17 of Mason Richey
-- fix: Enter the piece that stands before this one in the same sentence or under the same verb of
--   saying, or leave the field empty.
SELECT q.quote_id, q.continues_quote_id,
  CASE WHEN f.article_id <> q.article_id THEN 'belongs to another article'
    WHEN f.seq >= q.seq THEN 'does not stand before it'
    ELSE 'has another speaker' END AS reason
FROM quotes q JOIN quotes f ON f.quote_id = q.continues_quote_id
WHERE f.article_id <> q.article_id OR f.seq >= q.seq
  OR f.speaker_id IS DISTINCT FROM q.speaker_id
  OR f.speaker_org_id IS DISTINCT FROM q.speaker_org_id
