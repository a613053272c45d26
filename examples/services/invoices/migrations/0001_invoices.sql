CREATE TABLE invoices (
    id text PRIMARY KEY,
    text text NOT NULL
);
