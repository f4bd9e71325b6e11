-- code: SN140
-- name: membership-at-impossible-time
-- severity: error
-- table: memberships
-- field: end_edtf
-- fields: person_id, start_edtf, end_edtf
-- message: the membership of `{person_id}` from `{begins}` to `{ends}` {reason}
-- what: The latest day of the end of a membership lies before the earliest day of its beginning; or
--   it ends before its member was born, or begins or goes on after the member's death. People who
--   died before they were born are SN040 only.
-- why: The two cells have been swapped, a namesake was chosen, or a post was not closed when its
--   holder died.
-- example: from 2022-05-09 to 2017-05-10; a post that ends in 2019 for somebody who died in 2011
-- fix: Swap the two dates, correct the wrong one, or choose the right person.
WITH post AS MATERIALIZED (
  SELECT *, edtf_days(start_edtf) AS first, edtf_days(end_edtf) AS last FROM memberships
),
life AS MATERIALIZED (
  SELECT person_id, birth_earliest, edtf_latest(death_edtf) AS death FROM people
)
SELECT post.membership_id, post.person_id,
  coalesce(post.start_edtf, 'unknown') AS begins, coalesce(post.end_edtf, 'unknown') AS ends,
  CASE WHEN post.last[2] < post.first[1] THEN 'ends before it begins'
    ELSE 'does not lie within the life of its member' END AS reason
FROM post
LEFT JOIN life ON life.person_id = post.person_id
  AND coalesce(life.death >= life.birth_earliest, true)
WHERE post.last[2] < post.first[1]
  OR greatest(post.first[1], post.last[1]) > life.death
  OR least(post.first[2], post.last[2]) < life.birth_earliest
