-- code: SN140
-- name: membership-outside-life
-- severity: error
-- table: memberships
-- field: person_id
-- fields: person_id, start_edtf, end_edtf
-- message: the membership from `{begins}` to `{ends}` does not lie within the life of `{person_id}`
-- what: A membership ends before its member was born, or begins or goes on after the member's
--   death.
-- why: Mostly a namesake was chosen, or a post was not closed when its holder died.
-- example: a post that ends in 2019 for somebody who died in 2011
-- fix: Choose the right person, or correct the date.
WITH post AS MATERIALIZED (
  SELECT *, edtf_days(start_edtf) AS first, edtf_days(end_edtf) AS last FROM memberships
),
life AS MATERIALIZED (
  SELECT person_id, birth_earliest, edtf_latest(death_edtf) AS death FROM people
)
SELECT post.membership_id, post.person_id,
  coalesce(post.start_edtf, 'unknown') AS begins, coalesce(post.end_edtf, 'unknown') AS ends
FROM post JOIN life ON life.person_id = post.person_id
WHERE greatest(post.first[1], post.last[1]) > life.death
  OR least(post.first[2], post.last[2]) < life.birth_earliest
