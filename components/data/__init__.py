"""Where services keep what they know, and the keys and credentials that guard it."""
