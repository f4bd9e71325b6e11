-- code: SN240
-- name: two-holders-of-one-post
-- severity: error
-- table: memberships
-- field: start_edtf
-- fields: organization_id, role, is_exclusive, start_edtf, end_edtf
-- message: `{person_id}` becomes {role} on `{start_edtf}`, before `{other}` leaves the post on
--   `{other_end}`
-- what: Two people hold the same post of the same organization at the same time, although both rows
--   say that only one can. A day on which one hands over to the other is no overlap, and neither is
--   a date that is too coarse to tell.
-- why: Quotations are checked against posts. Two presidents at once make both sets of words
--   doubtful.
-- example: a president from 2017-01-20 and a predecessor until 2017-02-20
-- fix: Correct the dates; if the post can be shared, set `is_exclusive` to false.
WITH post AS MATERIALIZED (
  SELECT *, edtf_latest(start_edtf) AS begins, edtf_earliest(end_edtf) AS ends
  FROM memberships WHERE is_exclusive
)
SELECT b.membership_id, b.person_id, b.role, b.start_edtf,
  a.person_id AS other, a.end_edtf AS other_end
FROM post a
JOIN post b ON b.organization_id = a.organization_id AND lower(b.role) = lower(a.role)
  AND b.person_id <> a.person_id
WHERE a.begins < b.begins AND b.begins < a.ends
