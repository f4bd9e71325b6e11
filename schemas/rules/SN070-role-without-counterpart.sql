-- code: SN070
-- name: role-without-counterpart
-- severity: error
-- table: event_participants
-- field: role
-- fields: event_id, role
-- message: the event has a {role} but no {missing}
-- what: Some roles come in pairs: a host has visitors (or attendees) and a visitor a host; a sender
--   has an addressee (or recipient); an addressee, recipient or carrier has a sender, speaker or
--   actor. Here the other half is missing.
-- why: Half a pair mostly means that a row was forgotten or that a role was chosen from the wrong
--   pair.
-- example: a letter with a sender and no addressee
-- fix: Add the missing participant, or choose a role that needs none, such as attendee or actor.
WITH roles AS (
  SELECT event_id, role, min(seq) AS seq, list(role) OVER (PARTITION BY event_id) AS present
  FROM event_participants GROUP BY event_id, role
),
pairs (role, missing, partners) AS (
  VALUES ('host', 'visitor', ['visitor', 'attendee']),
    ('visitor', 'host', ['host']),
    ('sender', 'addressee', ['addressee', 'recipient']),
    ('addressee', 'sender or speaker', ['sender', 'speaker']),
    ('recipient', 'actor, sender or speaker', ['actor', 'sender', 'speaker']),
    ('carrier', 'sender or speaker', ['sender', 'speaker'])
)
SELECT event_id, seq, role, missing
FROM roles JOIN pairs USING (role)
WHERE NOT list_has_any(present, partners)
