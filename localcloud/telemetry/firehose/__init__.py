"""Data Firehose: buffers the records of delivery streams, and writes them to S3 as objects.

It is part of the telemetry process, because its records are mostly log lines of that process, and
because the file of that process keeps them over a kill.
"""
