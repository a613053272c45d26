from __future__ import annotations


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
