"""`python -m localcloud.telemetry`: keeps metrics, logs and traces, and serves the console."""

from __future__ import annotations

import sys

from localcloud.telemetry.process import main

if __name__ == "__main__":
    sys.exit(main())
