"""Metrics of load balancers and HTTP APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.metrics.catalogue.row import When, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.telemetry.metrics.catalogue.row import CataloguedMetric

BALANCER = (("LoadBalancer",), ("LoadBalancer", "TargetGroup"))
API = (("ApiId",), ("ApiId", "Stage"))


def table() -> Iterator[CataloguedMetric]:
    """Yield the rows."""
    elb, api = "AWS/ApplicationELB", "AWS/ApiGateway"
    yield from rows(
        elb,
        BALANCER,
        "Count",
        When.NONZERO,
        "RequestCount HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count"
        " HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count TargetConnectionErrorCount",
    )
    yield from rows(elb, BALANCER, "Seconds", When.NONZERO, "TargetResponseTime")
    yield from rows(
        elb,
        BALANCER[:1],
        "Count",
        When.NONZERO,
        "HTTPCode_ELB_3XX_Count HTTPCode_ELB_4XX_Count HTTPCode_ELB_5XX_Count"
        " HTTPCode_ELB_500_Count HTTPCode_ELB_502_Count HTTPCode_ELB_503_Count"
        " HTTPCode_ELB_504_Count HTTP_Fixed_Response_Count HTTP_Redirect_Count",
    )
    yield from rows(elb, BALANCER[1:], "Count", When.ALWAYS, "HealthyHostCount UnHealthyHostCount")
    yield from rows(
        elb, (("TargetGroup",), BALANCER[1]), "None", When.EVENT, "RequestCountPerTarget"
    )
    yield from rows(api, API, "Count", When.ZERO, "Count 4xx 5xx")
    yield from rows(api, API, "Milliseconds", When.EVENT, "Latency IntegrationLatency")
    yield from rows(api, API, "Bytes", When.EVENT, "DataProcessed")
