"""Component resources: one per file, a folder for each chapter of the whitepaper."""
