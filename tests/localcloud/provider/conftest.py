"""An emulated AWS and a provider for the tests of this folder."""

from __future__ import annotations

import json
import urllib.request

import moto.settings
import pytest
from moto.core.responses import BaseResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.server import ThreadedMotoServer

from localcloud.aws import overrides
from localcloud.aws.endpoints import ControlEndpoints
from localcloud.aws.iam.overrides import federation
from localcloud.aws.journal import JOURNAL
from localcloud.aws.lambda_.overrides import urls
from localcloud.clients import client_at
from localcloud.control.in_process import sender
from localcloud.layout import Layout
from localcloud.provider.cloud import Cloud
from localcloud.provider.server import ProviderSettings, start
from tests.localcloud.provider.stage import DEFAULT_TAGS, Stage


@pytest.fixture(scope="session")
def aws(layout):
    # Set and taken back here: it does not matter which test imported moto first.
    patch = pytest.MonkeyPatch()
    patch.setenv("MOTO_ACCOUNT_ID", "000000000000")
    patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    patch.setattr(moto.settings, "ACM_VALIDATION_WAIT", 0)
    overrides.install_settings()
    call_action = BaseResponse.call_action

    def locked(self):
        with JOURNAL.lock:  # as the control process does
            return call_action(self)

    patch.setattr(BaseResponse, "call_action", locked)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    federation.install(ControlEndpoints(layout, port))
    urls.install(ControlEndpoints(layout, port))
    settings = json.dumps({"lambda": {"use_docker": False}}).encode()
    urllib.request.urlopen(f"http://{host}:{port}/moto-api/config", settings).close()
    yield f"http://{host}:{port}"
    server.stop()
    patch.undo()


@pytest.fixture(scope="session")
def cloud(aws):
    """Call the emulated AWS in this process, without a connection, as the control process does."""
    return Cloud(aws, sender(DomainDispatcherApplication(create_backend_app)))


@pytest.fixture(scope="session")
def provider(cloud, layout):
    settings = ProviderSettings(layout=layout, port=0, mode="live")
    server, port = start(settings, cloud)
    yield port
    server.stop(grace=None).wait()


@pytest.fixture(scope="session")
def layout(tmp_path_factory):
    return Layout(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def api(aws):
    """Make clients that work behind the provider's back."""

    def client(service):
        return client_at(aws, service)

    return client


@pytest.fixture(scope="session")
def shared(provider):
    """One stage for all: what an example stands on is made once."""
    config = {"region": "eu-west-1", "defaultTags": json.dumps({"tags": DEFAULT_TAGS})}
    found = Stage(provider, config=config)
    yield found
    found.close()


@pytest.fixture
def stage(provider):
    found = Stage(provider, config={"region": "eu-west-1"})
    yield found
    found.close()


@pytest.fixture(scope="module")
def planner(aws, tmp_path_factory):
    home = tmp_path_factory.mktemp("plan")
    settings = ProviderSettings(layout=Layout(home), port=0, mode="plan", project_directory=home)
    server, port = start(settings, Cloud(aws))
    yield port
    server.stop(grace=None).wait()
