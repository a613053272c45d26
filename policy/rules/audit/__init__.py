"""Rules on who can prove afterwards what was done."""
