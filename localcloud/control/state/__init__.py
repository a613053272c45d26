"""Persistence of the emulated cloud: state on disk survives the death of the process."""
