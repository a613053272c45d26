from __future__ import annotations


def test_a_parameter_of_a_cluster_is_reset(cloud):
    client = cloud.client("rds")
    group = {"DBClusterParameterGroupName": "reset"}
    client.create_db_cluster_parameter_group(
        **group, DBParameterGroupFamily="aurora-postgresql16", Description="reset"
    )
    wanted = [
        {"ParameterName": name, "ParameterValue": "1", "ApplyMethod": "immediate"}
        for name in ("rds.force_ssl", "log_statement")
    ]
    client.modify_db_cluster_parameter_group(**group, Parameters=wanted)

    client.reset_db_cluster_parameter_group(**group, Parameters=wanted[:1])

    found = client.describe_db_cluster_parameters(**group)["Parameters"]
    assert [parameter["ParameterName"] for parameter in found] == ["log_statement"]
