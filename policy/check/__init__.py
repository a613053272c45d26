"""The rules without an engine: on a preview, a stack's state, or a recorded run."""
