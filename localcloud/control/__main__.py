"""`python -m localcloud.control`: serve the emulated AWS API and the Pulumi provider."""

from __future__ import annotations

import faulthandler
import logging
import sys

from localcloud.control.process import main

if __name__ == "__main__":
    faulthandler.enable()  # SIGABRT logs the stack of every thread
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    sys.exit(main())
