"""What the emulated cloud holds, kept on disk so that its process may die at any moment."""
