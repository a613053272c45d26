INSERT INTO entries (id, text) VALUES ('welcome', 'The first entry.') ON CONFLICT DO NOTHING;
