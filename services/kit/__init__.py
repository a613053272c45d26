"""What the shop's Python services share: settings, log lines, roles and answers.

A service may do without it. `bulkhead build` copies this folder into each artifact, so services
share text and never a running thing. It needs nothing but the standard library.
"""
