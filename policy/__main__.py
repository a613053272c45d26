"""`python -m policy`, the former name of `bulkhead policy`."""

import runpy
import sys

sys.argv[1:1] = ["policy"]
runpy.run_module("ops", run_name="__main__", alter_sys=True)
