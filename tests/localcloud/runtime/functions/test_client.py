from __future__ import annotations

import pytest

from localcloud.runtime.functions import execution_environment

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def without_awslambdaric(tmp_path, monkeypatch):
    """Start processes as on a system that AWS publishes no runtime client for."""
    text = execution_environment.BOOTSTRAP.read_text().replace(
        "from awslambdaric", "from no_awslambdaric"
    )
    folder = tmp_path / "guest"
    folder.mkdir()
    (folder / "bootstrap.py").write_text(text.replace('sys.platform == "linux"', "False"))
    client = execution_environment.BOOTSTRAP.with_name("client.py")
    (folder / "client.py").write_text(client.read_text())
    monkeypatch.setattr(execution_environment, "BOOTSTRAP", folder / "bootstrap.py")


async def test_the_own_client_runs_a_handler_with_a_context(cloud, lambdas, name):
    source = """
def handler(event, context):
    print("seen")
    return [event, context.function_name, context.get_remaining_time_in_millis() > 0]
"""
    cloud.function(name, source)

    answers = [await lambdas.invoke(name, n) for n in range(2)]

    assert [answer.body for answer in answers] == [[0, name, True], [1, name, True]]
    assert (lambdas.layout.logs / f"{name}.log").read_text().count("seen") == 2


async def test_the_own_client_reports_errors_as_awss_does(cloud, lambdas, name):
    cloud.function(name, "def handler(e, c):\n    raise ValueError('bad')\n")
    cloud.function(f"{name}-2", "import missing\n")

    answer = await lambdas.invoke(name, {})
    unloadable = await lambdas.invoke(f"{name}-2", {})

    assert (answer.error, answer.body["errorType"]) == ("Unhandled", "ValueError")
    assert answer.body["stackTrace"]
    assert unloadable.body["errorType"] == "Runtime.ImportModuleError"
