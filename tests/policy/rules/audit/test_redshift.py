"""What the rules on what warehouses can prove accept and refuse."""

from policy.rules.audit.redshift import redshift_audit_logs
from policy.testing import check_stack, resource, stack, unknown

CLUSTER = "aws:redshift/cluster:Cluster"
LOGGING = "aws:redshift/logging:Logging"


def test_redshift_audit_logs():
    cluster = resource(CLUSTER, "sales", {"clusterIdentifier": "sales", "nodeType": "ra3.large"})

    def program(**props):
        logging = resource(LOGGING, "logging", {"clusterIdentifier": unknown} | props)
        joined = {"logging": {"clusterIdentifier": [cluster]}}
        return stack(cluster, logging, property_dependencies=joined)

    def serverless(exports):
        props = {"namespaceName": "sales", "logExports": exports}
        return stack(resource("aws:redshiftserverless/namespace:Namespace", "sales", props))

    check_stack(
        redshift_audit_logs,
        kept=[
            program(bucketName="logs"),
            program(bucketName=unknown),
            program(logDestinationType="cloudwatch", logExports=["userlog"]),
            serverless(["connectionlog", "userlog", "useractivitylog"]),
            serverless(["connectionlog", unknown]),
            serverless(unknown),
        ],
        broken=[
            stack(cluster),
            program(logDestinationType="s3"),
            serverless(None),
            serverless(["userlog"]),
        ],
    )
