from __future__ import annotations

import io
import json
import uuid
from types import SimpleNamespace

import pytest
import pytest_asyncio

from localcloud.runtime.functions import run as functions
from localcloud.runtime.functions.service import Functions
from tests.localcloud.runtime.fake_cloud import fake_cloud, layout_with_interpreter, workers


@pytest.fixture(scope="session")
def cloud():
    with fake_cloud() as running:
        yield running


@pytest.fixture
def name():
    return f"f-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def layout(tmp_path):
    return layout_with_interpreter(tmp_path / "home")


@pytest_asyncio.fixture
async def lambdas(cloud, layout):
    """Running functions, and how to invoke one."""
    async with workers(layout, cloud, functions=functions.run) as context:
        answer = context.routes["functions"]
        (running,) = (
            cell.cell_contents
            for cell in answer.__closure__
            if isinstance(cell.cell_contents, Functions)
        )
        yield SimpleNamespace(
            context=context, functions=running, invoke=invoker(context), layout=layout
        )


def invoker(context):
    async def invoke(name, payload=None, qualifier=None, **headers):
        url = f"{context.workers_url}/functions/{name}/invocations"
        query = {"qualifier": qualifier} if qualifier else {}
        sent = {f"X-Amz-{k.replace('_', '-')}": v for k, v in headers.items()}
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        async with context.http.post(
            url, data=io.BytesIO(body), params=query, headers=sent
        ) as response:
            raw = await response.read()
            return SimpleNamespace(
                status=response.status,
                headers=response.headers,
                error=response.headers.get("X-Amz-Function-Error"),
                body=json.loads(raw) if raw else None,
            )

    return invoke
