-- Events of other services that were handled (kit.inbox).

CREATE TABLE inbox (
    source text NOT NULL,
    id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
);

CREATE INDEX inbox_received ON inbox (received_at);

CREATE TABLE inbox_latest (
    type text NOT NULL,
    subject text NOT NULL,
    sequence text COLLATE "C" NOT NULL,
    PRIMARY KEY (type, subject)
);
