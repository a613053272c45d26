"""The providers beside `aws`: `random` and `tls` are served, others are rejected by name."""
