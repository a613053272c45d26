"""The environment variables of a function."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.runtime.credentials import Credentials
    from localcloud.runtime.functions.definition import Definition


def variables(
    definition: Definition,
    declared: Mapping[str, str],
    endpoint: str,
    code: Path,
    credentials: Credentials,
) -> dict[str, str]:
    """Return the *declared* variables and Lambda's reserved ones, which take precedence."""
    result = dict(declared)
    result |= {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "AWS_REGION": definition.region,
        "AWS_DEFAULT_REGION": definition.region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{definition.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": definition.name,
        "AWS_LAMBDA_FUNCTION_VERSION": definition.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(definition.memory_mib),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": definition.log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": definition.log_group,
        "LAMBDA_TASK_ROOT": str(code),
        "LAMBDA_RUNTIME_DIR": str(code.parent),
        "PATH": os.environ.get("PATH", os.defpath),
        "TZ": ":UTC",
        "_HANDLER": definition.handler,
    }
    result.setdefault("LANG", "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8")
    result.setdefault("HOME", os.environ.get("HOME", "/tmp"))  # noqa: S108 - Lambda's is read-only
    if definition.log_level:
        result["AWS_LAMBDA_LOG_LEVEL"] = definition.log_level
    return result


def layer_variables(
    definition: Definition, environment: Mapping[str, str], layers: Path | None
) -> dict[str, str]:
    """Return the search paths with the folders that Lambda searches below `/opt`."""
    if layers is None:
        return {}
    site_packages = layers / "python" / "lib" / definition.runtime / "site-packages"
    folders = {
        "PYTHONPATH": (site_packages, layers / "python"),
        "PATH": (layers / "bin",),
        "LD_LIBRARY_PATH": (layers / "lib",),
    }
    return {
        name: os.pathsep.join([*map(str, first), *filter(None, [environment.get(name)])])
        for name, first in folders.items()
    }
