-- Pieces in stock, as the inventory last announced them (stock-changed, latest_only).

CREATE TABLE stock (
    sku text PRIMARY KEY,
    pieces bigint NOT NULL,
    announced_at timestamptz NOT NULL
);
