"""What an environment consists of: settings, layers and the contract between them."""
