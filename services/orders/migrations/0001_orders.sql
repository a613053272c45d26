-- Orders, their lines, and the events that still have to be announced.

CREATE TABLE orders (
    id uuid PRIMARY KEY,
    caller text NOT NULL,
    customer text NOT NULL,
    total_cents bigint NOT NULL CHECK (total_cents >= 0),
    idempotency_key text,
    fingerprint text NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now()
);

-- One order for each key of a caller; orders without a key are free.
CREATE UNIQUE INDEX orders_idempotency_key ON orders (caller, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

CREATE TABLE order_lines (
    order_id uuid NOT NULL REFERENCES orders (id),
    position integer NOT NULL,
    sku text NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    price_cents bigint NOT NULL CHECK (price_cents >= 0),
    PRIMARY KEY (order_id, position)
);

CREATE TABLE outbox (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    envelope json NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);

-- The relay only ever looks at what is still to be published.
CREATE INDEX outbox_waiting ON outbox (next_attempt_at, sequence) WHERE published_at IS NULL;

-- And, now and then, removes what was published long ago.
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
