"""Runs commands of the AWS CLI v1, one a line of JSON, with the Python that has it."""

import contextlib
import io
import json
import sys

from awscli.clidriver import create_clidriver  # type: ignore[import-not-found]


class Output(io.TextIOWrapper):
    """Text whose bytes can be written too, as to a real output."""

    def __init__(self):
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self):
        return self.buffer.getvalue().decode()


driver = create_clidriver()
for line in sys.stdin:
    output, errors = Output(), Output()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            code = driver.main(json.loads(line))
        except SystemExit as end:
            code = end.code
    sys.stdout.write(json.dumps([code or 0, output.text(), errors.text()]) + "\n")
    sys.stdout.flush()
