"""Function URLs in the API, and what the front door reads of them."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from localcloud.ports import claim


def served(cloud):
    url = f"http://127.0.0.1:{claim(cloud.layout, 'aws')}/_bulkhead/functions/urls"
    with urlopen(url) as answer:
        return {one["FunctionUrl"]: one for one in json.load(answer)}


def test_a_function_and_its_aliases_have_urls_of_their_own(cloud, make_function):
    make_function("twice")
    client = cloud.client("lambda")
    client.publish_version(FunctionName="twice")
    client.create_alias(FunctionName="twice", Name="live", FunctionVersion="1")
    cors = {"AllowOrigins": ["*"], "MaxAge": 60}

    own = client.create_function_url_config(FunctionName="twice", AuthType="NONE", Cors=cors)
    alias = client.create_function_url_config(
        FunctionName="twice", Qualifier="live", AuthType="AWS_IAM"
    )

    assert own["FunctionUrl"] == f"http://127.0.0.1:{claim(cloud.layout, 'function-url-twice')}/"
    assert own["FunctionUrl"] != alias["FunctionUrl"]
    assert (own["Cors"], own["InvokeMode"]) == (cors, "BUFFERED")
    assert alias["FunctionArn"].endswith(":function:twice:live")
    found = served(cloud)
    assert found[alias["FunctionUrl"]]["Qualifier"] == "live"
    listed = client.list_function_url_configs(FunctionName="twice")["FunctionUrlConfigs"]
    assert [one["FunctionUrl"] for one in listed] == [own["FunctionUrl"], alias["FunctionUrl"]]


def test_a_url_is_changed_and_deleted_alone_or_with_its_function(cloud, make_function):
    make_function("changed")
    client = cloud.client("lambda")
    client.create_function_url_config(FunctionName="changed", AuthType="AWS_IAM")

    client.update_function_url_config(FunctionName="changed", AuthType="NONE")

    found = client.get_function_url_config(FunctionName="changed")
    assert found["AuthType"] == "NONE"
    client.delete_function_url_config(FunctionName="changed")
    assert found["FunctionUrl"] not in served(cloud)
    client.create_function_url_config(FunctionName="changed", AuthType="NONE")
    client.delete_function(FunctionName="changed")
    assert found["FunctionUrl"] not in served(cloud)


@pytest.mark.parametrize(
    ("action", "members", "code"),
    [
        ("create", {"FunctionName": "single", "AuthType": "NONE"}, "ResourceConflictException"),
        ("create", {"FunctionName": "no-such", "AuthType": "NONE"}, "ResourceNotFoundException"),
        (
            "create",
            {"FunctionName": "single", "Qualifier": "no-such", "AuthType": "NONE"},
            "ResourceNotFoundException",
        ),
        ("get", {"FunctionName": "single", "Qualifier": "live"}, "ResourceNotFoundException"),
        ("delete", {"FunctionName": "single", "Qualifier": "live"}, "ResourceNotFoundException"),
    ],
)
def test_what_does_not_fit_is_refused_as_in_aws(cloud, make_function, action, members, code):
    client = cloud.client("lambda")
    try:
        make_function("single")
    except ClientError:
        pass
    else:
        client.publish_version(FunctionName="single")
        client.create_alias(FunctionName="single", Name="live", FunctionVersion="1")
        client.create_function_url_config(FunctionName="single", AuthType="NONE")

    with pytest.raises(ClientError, match=code):
        getattr(client, f"{action}_function_url_config")(**members)


def test_a_url_survives_a_restart(cloud, make_function):
    make_function("kept")
    made = cloud.client("lambda").create_function_url_config(FunctionName="kept", AuthType="NONE")

    cloud.stop()
    cloud.start()

    assert made["FunctionUrl"] in served(cloud)
