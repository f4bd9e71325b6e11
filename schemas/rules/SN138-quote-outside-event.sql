-- code: SN138
-- name: quote-outside-event
-- severity: error
-- table: quotes
-- field: said_edtf
-- fields: event_id, said_edtf, said_earliest, said_latest
-- message: said on `{said_edtf}`, outside the event of `{date_edtf}`
-- what: The days of a quotation have nothing in common with the days of the event at which it was
--   said.
-- why: `event_id` is the occasion of the words. If the days do not meet, the occasion or one of the
--   dates is wrong.
-- example: words of 2019-02-28 with an event of 2018-06-12
-- fix: Correct the date of the quotation, or choose the event at which it was said.
SELECT q.quote_id, q.said_edtf, e.date_edtf
FROM quotes q JOIN events e ON e.event_id = q.event_id
WHERE q.said_earliest > e.date_latest OR q.said_latest < e.date_earliest
