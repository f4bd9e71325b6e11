-- code: SN340
-- name: membership-ends-before-it-begins
-- severity: error
-- table: memberships
-- field: end_edtf
-- fields: start_edtf, end_edtf
-- message: the membership ends on `{end_edtf}`, before it begins on `{start_edtf}`
-- what: The latest day of the end of a membership lies before the earliest day of its beginning.
-- why: The two cells have been swapped, or one of the years is wrong.
-- example: from 2022-05-09 to 2017-05-10
-- fix: Swap the two dates, or correct the wrong one.
SELECT membership_id, start_edtf, end_edtf
FROM memberships
WHERE edtf_latest(end_edtf) < edtf_earliest(start_edtf)
