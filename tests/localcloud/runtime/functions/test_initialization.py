from __future__ import annotations

import textwrap

import pytest


@pytest.fixture
def initialize(lambdas):
    async def request(name, method="POST"):
        url = f"{lambdas.context.workers_url}/functions/{name}/initialization"
        async with lambdas.context.http.request(method, url) as response:
            return response.status, await response.json()

    return request


UNKNOWN = {"succeeded": False, "error": None}
SUCCEEDED = {"succeeded": True, "error": None}


async def test_a_function_is_initialized_once_and_its_first_invocation_is_warm(
    cloud, lambdas, initialize, name
):
    source = """
    starts = []
    starts.append("module")
    def handler(event, context):
        return starts
    """
    cloud.function(name, textwrap.dedent(source))

    before = await initialize(name, "GET")
    first, second = await initialize(name), await initialize(name)

    assert before == (200, UNKNOWN)
    assert first == second == await initialize(name, "GET") == (200, SUCCEEDED)
    assert lambdas.functions.processes()[name] == 1
    assert (await lambdas.invoke(name)).body == ["module"]
    assert lambdas.functions.processes()[name] == 1


@pytest.mark.parametrize(
    "case",
    [
        ("import nothing_of_this_name", "Runtime.ImportModuleError", "nothing_of_this_name"),
        ("def other(event, context): ...", "Runtime.HandlerNotFound", "Handler 'handler' missing"),
        ("def handler(event:", "Runtime.UserCodeSyntaxError", "Syntax error in module"),
        ("limits = {}['most']", "KeyError", "most"),
        ("import os\nos._exit(3)", "Runtime.ExitError", "exit status 3"),
    ],
)
async def test_a_function_that_cannot_start_says_why(cloud, initialize, name, case):
    source, kind, message = case
    cloud.function(name, source)

    status, result = await initialize(name)

    assert (status, result["error"]["errorType"]) == (200, kind)
    assert message in result["error"]["errorMessage"]
    assert await initialize(name, "GET") == (200, result)


async def test_the_stack_trace_names_the_line_that_failed(cloud, initialize, name):
    cloud.function(name, "first = 1\nlimits = {}['most']\n")

    _, result = await initialize(name)

    assert any("line 2" in line for line in result["error"]["stackTrace"])


async def test_a_function_that_does_not_exist_is_not_found(initialize):
    assert (await initialize("nothing"))[0] == 404


async def test_a_corrected_function_is_initialized_again(cloud, lambdas, initialize, name):
    cloud.function(name, "import nothing_of_this_name")
    broken = await initialize(name)
    cloud.new_code(name, "def handler(event, context): ...")
    lambdas.functions.definitions.forget()

    assert broken[1]["error"] is not None
    assert await initialize(name) == (200, SUCCEEDED)
