"""The Pulumi backend of the stack `local`: a state service that stores what each step changed.

A file backend writes the whole state before and after each step, so that `up` takes time in
proportion to the square of the number of resources. The engine sends an HTTP backend journal
entries instead (docs/decisions/state-service.md).
"""
