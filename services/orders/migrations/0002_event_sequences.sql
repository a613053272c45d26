-- The number of each subject's last event (kit.outbox).
CREATE TABLE outbox_sequences (
    subject text PRIMARY KEY,
    last bigint NOT NULL
);

-- An event that goes to two channels has a row for each.
ALTER TABLE outbox ADD COLUMN channel text NOT NULL DEFAULT 'topic';
ALTER TABLE outbox DROP CONSTRAINT outbox_id_key;
CREATE UNIQUE INDEX outbox_once ON outbox (id, channel);
