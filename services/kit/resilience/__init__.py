"""Deadlines, retries, circuit breakers and bulkheads of calls; `kit.calls` uses them."""
