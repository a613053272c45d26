from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


def test_logging_settings_are_kept_and_updated(cloud, make_function):
    make_function("logged", LoggingConfig={"LogFormat": "JSON", "LogGroup": "/own"})
    client = cloud.client("lambda")

    first = client.get_function_configuration(FunctionName="logged")["LoggingConfig"]
    client.update_function_configuration(
        FunctionName="logged", LoggingConfig={"LogFormat": "Text", "LogGroup": "/other"}
    )

    assert first == {"LogFormat": "JSON", "LogGroup": "/own"}
    second = client.get_function_configuration(FunctionName="logged")["LoggingConfig"]
    assert second == {"LogFormat": "Text", "LogGroup": "/other"}


def test_without_settings_the_usual_log_group_is_told(cloud, make_function):
    answer = make_function("unlogged")

    assert answer["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/unlogged"}


def test_tracing_and_storage_are_updated(cloud, make_function):
    make_function("traced")
    client = cloud.client("lambda")

    client.update_function_configuration(
        FunctionName="traced", TracingConfig={"Mode": "Active"}, EphemeralStorage={"Size": 1024}
    )

    found = client.get_function_configuration(FunctionName="traced")
    assert found["TracingConfig"] == {"Mode": "Active"}
    assert found["EphemeralStorage"] == {"Size": 1024}


@pytest.mark.parametrize("level", ["ApplicationLogLevel", "SystemLogLevel"])
def test_log_levels_are_of_functions_that_log_in_json(cloud, make_function, level):
    client, text = cloud.client("lambda"), {"LogFormat": "Text", level: "INFO"}
    name = make_function(f"level-{level}", LoggingConfig={"LogFormat": "JSON", level: "WARN"})
    name = name["FunctionName"]

    with pytest.raises(ClientError, match=f"InvalidParameterValue.*{level} cannot be set"):
        client.update_function_configuration(FunctionName=name, LoggingConfig=text)

    kept = client.get_function_configuration(FunctionName=name)["LoggingConfig"]
    assert (kept["LogFormat"], kept[level]) == ("JSON", "WARN")
    with pytest.raises(ClientError, match=r"InvalidParameterValue.*set LogFormat to JSON"):
        make_function(f"text-{level}", LoggingConfig=text)
