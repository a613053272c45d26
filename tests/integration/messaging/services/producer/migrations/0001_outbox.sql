-- Numbers that have their events: a request may be repeated.
CREATE TABLE numbers (number bigint PRIMARY KEY);

-- The events that still have to be published (kit.outbox).
CREATE TABLE outbox (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    type text NOT NULL,
    channel text NOT NULL DEFAULT 'topic',
    envelope json NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);
CREATE UNIQUE INDEX outbox_once ON outbox (id, channel);
CREATE INDEX outbox_waiting ON outbox (next_attempt_at, sequence) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
CREATE TABLE outbox_sequences (subject text PRIMARY KEY, last bigint NOT NULL);
