"""Event source mappings of streams, whatever keeps the records.

`StreamPoller` (`poller`) reads the shards of one mapping and invokes its function: in order for
each key, with retries, bisected batches, a maximum age and an on-failure destination. It knows
neither Kinesis nor DynamoDB: a `StreamReader` (`reader`) lists shards, makes iterators and gets
records, over the public API of its service. To add a source, implement the protocol as
`streams/kinesis.py` does, and name it in `READERS` of `streams/readers.py` by the service in the
ARN; parents of a shard are read to their end before it.

Checkpoints are in SQLite (`checkpoints`), written after the function has answered or the
destination has accepted: what was in progress when a process died is delivered again.
"""
