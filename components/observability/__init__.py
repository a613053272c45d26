"""How people hear of trouble."""
