"""The `bulkhead` command: a module in `commands/` for each subcommand."""

from __future__ import annotations

import os
import sys
import warnings

from localcloud.engine.build import BuildError
from localcloud.engine.ensure import EngineMissingError
from localcloud.layout import LayoutError
from localcloud.supervisor.client import SupervisorError
from ops.environment import no_proxy_for_localhost
from ops.errors import CommandError
from ops.lazy import lazy_app
from ops.screen import show_error

COMMANDS = "ops.commands"
INTERRUPTED = 130

app = lazy_app(COMMANDS, "Run Bulkhead's services on this machine, and manage its environments.")


def main() -> None:
    """Run the command that the arguments name."""
    # Some shells set it: every Python process started here would then recompile its modules.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.update(no_proxy_for_localhost(os.environ))
    # Raised by the Automation API when the engine is killed; the error that follows says so.
    warnings.filterwarnings("ignore", message="Error in event stream")
    try:
        app()
    except (CommandError, EngineMissingError, BuildError, SupervisorError, LayoutError) as error:
        show_error(str(error))
        sys.exit(1)
    except OSError as error:  # a full disk, a file that is not readable
        if error.filename is None:
            raise
        show_error(f"{error.filename}: {error.strerror}. Correct it, and run the command again.")
        sys.exit(1)
    except Exception as error:
        if not _is_of_aws(error):
            raise
        show_error(f"AWS: {error}")
        sys.exit(1)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # Typer's exit code for Ctrl-C
            show_error("Interrupted. The next run continues from here.")
        raise


def _is_of_aws(error: Exception) -> bool:
    """Return whether AWS refused a call, or could not be called: as without credentials."""
    botocore = sys.modules.get("botocore.exceptions")  # to import it takes time
    return botocore is not None and isinstance(
        error, (botocore.BotoCoreError, botocore.ClientError)
    )
