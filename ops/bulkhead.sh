#!/bin/sh
# The bulkhead command of this checkout; the Makefile puts it into the virtual environment.
bin=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
exec "$bin/python" -c '
import sys
sys.path[0] = sys.argv.pop(1)
sys.argv[0] = "bulkhead"
from ops.main import main
main()' "$(dirname -- "$(dirname -- "$bin")")" "$@"
