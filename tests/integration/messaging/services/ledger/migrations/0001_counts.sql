-- Effects by event, and the events that have had theirs (kit.inbox).
CREATE TABLE counts (event text PRIMARY KEY, effects integer NOT NULL);
CREATE TABLE inbox (
    source text NOT NULL,
    id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
);
CREATE INDEX inbox_received ON inbox (received_at);
