"""CrossGuard policy packs and the rules they are made of."""
