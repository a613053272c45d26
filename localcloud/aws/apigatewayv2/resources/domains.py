"""API Gateway v2: custom domain names and API mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.apigatewayv2.resources.stages import TAGS
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def domain(context: Context) -> Properties:
    """Return the domain's configuration as AWS's list."""
    wanted = context.inputs["domainNameConfiguration"]
    names = {
        "certificateArn": "CertificateArn",
        "endpointType": "EndpointType",
        "securityPolicy": "SecurityPolicy",
        "ownershipVerificationCertificateArn": "OwnershipVerificationCertificateArn",
        "ipAddressType": "IpAddressType",
    }
    found = {member: wanted[key] for key, member in names.items() if wanted.get(key)}
    return {"DomainNameConfigurations": [found]}


def domain_computed(context: Context, found: Properties) -> Properties:
    """Return the domain's target, for DNS records."""
    known: dict[str, Any] = (found.get("DomainNameConfigurations") or [{}])[0]
    wanted = {
        **(context.get("domainNameConfiguration") or {}),
        "certificateArn": known.get("CertificateArn"),
        "endpointType": known.get("EndpointType", "REGIONAL"),
        "securityPolicy": known.get("SecurityPolicy", "TLS_1_2"),
    }
    target = known.get("ApiGatewayDomainName") or (
        f"d-{context.id.replace('.', '-')}.execute-api.{context.region}.amazonaws.com"
    )
    zone = known.get("HostedZoneId") or "ZLY8HYME6SFDD"
    head = f"arn:{context.partition}:apigateway:{context.region}::/domainnames"
    return {
        "domainNameConfiguration": {**wanted, "targetDomainName": target, "hostedZoneId": zone},
        "apiMappingSelectionExpression": "$request.basepath",
        "arn": f"{head}/{context.id}",
    }


CREATE_DOMAIN = Op(name="CreateDomainName", rename={"domainNameConfiguration": ""}, extra=domain)

ROWS = (
    Row(
        type="aws:apigatewayv2/domainName:DomainName",
        service="apigatewayv2",
        inputs={
            **each(UPDATE, "domainNameConfiguration tags"),
            "mutualTlsAuthentication": Input(UPDATE, supported=False),
            "routingMode": Input(UPDATE, supported_values=("API_MAPPING_ONLY",)),
            "region": Input(REPLACE),
            "domainNameConfiguration.endpointType": Input(
                UPDATE, limit=Limit(one_of=("REGIONAL",))
            ),
            "domainNameConfiguration.securityPolicy": Input(
                UPDATE, limit=Limit(one_of=("TLS_1_2",))
            ),
            "domainNameConfiguration.hostedZoneId": Input(UPDATE, chosen_by_aws=True),
            "domainNameConfiguration.targetDomainName": Input(UPDATE, chosen_by_aws=True),
            "domainName": Input(
                REPLACE, limit=Limit(min_length=1, max_length=253, pattern=r"(\*\.)?[a-z0-9.-]+")
            ),
        },
        create=CREATE_DOMAIN,
        id="=domainName",
        read=Op(name="GetDomainName", keys={"DomainName": "id"}),
        outputs={"domainNameConfiguration": "DomainNameConfigurations"},
        computed=domain_computed,
        update=Op(
            name="UpdateDomainName",
            keys={"DomainName": "id"},
            rename=CREATE_DOMAIN.rename,
            extra=domain,
        ),
        delete=Op(name="DeleteDomainName", keys={"DomainName": "id"}),
        tags=TAGS,
    ),
    Row(
        type="aws:apigatewayv2/apiMapping:ApiMapping",
        service="apigatewayv2",
        inputs={
            **each(UPDATE, "apiId stage"),
            "apiMappingKey": Input(UPDATE, reset=""),
            **each(REPLACE, "domainName region"),
        },
        create=Op(name="CreateApiMapping"),
        id="ApiMappingId",
        from_id=lambda id_: {"id": id_.split("/")[0], "domainName": id_.split("/")[1]},
        read=Op(name="GetApiMapping", keys={"ApiMappingId": "id", "DomainName": "domainName"}),
        update=Op(name="UpdateApiMapping", keys={"ApiMappingId": "id"}),
        delete=Op(name="DeleteApiMapping", keys={"ApiMappingId": "id", "DomainName": "domainName"}),
    ),
)
