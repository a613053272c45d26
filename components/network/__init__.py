"""Networks and who may reach whom in them."""
