CREATE TABLE entries (
    id text PRIMARY KEY,
    text text NOT NULL
);
