"""The commands of `bulkhead`, a module each: its `run` is the command, its name the word."""
