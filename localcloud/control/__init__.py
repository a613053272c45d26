"""The control plane: the emulated AWS API and the Pulumi provider, in one process."""
