"""GetWebIdentityToken and outbound web identity federation."""

from __future__ import annotations

import json
import urllib.request

import boto3
import jwt
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localcloud.clients import client_at
from tests.localcloud.aws.control_process import ControlProcess

TRUST = '{"Version": "2012-10-17", "Statement": []}'
AUDIENCE = "catalog.local"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("federation"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def issuer(cloud):
    iam = cloud.client("iam")
    yield iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    iam.disable_outbound_web_identity_federation()


def allow(audiences=AUDIENCE, test="ForAllValues:StringEquals", effect="Allow", **conditions):
    conditions = {test: {"sts:IdentityTokenAudience": audiences}, **conditions}
    action = "sts:GetWebIdentityToken"
    return {"Effect": effect, "Action": action, "Resource": "*", "Condition": conditions}


def sts_of(cloud, name, *statements, seconds=3600):
    """Return a client with credentials of a new role, whose policy has *statements*."""
    iam = cloud.client("iam")
    role = iam.create_role(
        RoleName=name,
        Path="/services/",
        AssumeRolePolicyDocument=TRUST,
        Tags=[{"Key": "t", "Value": "1"}],
    )["Role"]["Arn"]
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
    answer = cloud.client("sts").assume_role(
        RoleArn=role, RoleSessionName="task-1", DurationSeconds=seconds
    )
    return client_at(f"http://127.0.0.1:{cloud.port}", "sts", credentials=answer["Credentials"])


def get(sts, audiences=(AUDIENCE,), algorithm="RS256", **more):
    return sts.get_web_identity_token(Audience=list(audiences), SigningAlgorithm=algorithm, **more)


def code(refused):
    answer = refused.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def published(issuer, document="jwks.json"):
    url = f"{issuer}/.well-known/{document}"
    with urllib.request.urlopen(url, timeout=5) as response:
        assert response.headers["Content-Type"] == "application/json"
        return json.load(response)


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_a_token_states_the_role_and_is_verified_by_the_published_keys(cloud, issuer, algorithm):
    sts = sts_of(cloud, f"orders-{algorithm}", allow())

    answer = get(sts, algorithm=algorithm, Tags=[{"Key": "job", "Value": "7"}])

    token = answer["WebIdentityToken"]
    discovered = published(issuer, "openid-configuration")
    assert discovered["issuer"] == issuer
    assert discovered["jwks_uri"] == f"{issuer}/.well-known/jwks.json"
    keys = {key["kid"]: key for key in published(issuer)["keys"]}
    key = jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]])
    claims = jwt.decode(token, key, algorithms=[algorithm], issuer=issuer, audience=AUDIENCE)
    assert claims["sub"] == f"arn:aws:iam::000000000000:role/services/orders-{algorithm}"
    assert claims["aud"] == AUDIENCE
    assert claims["exp"] - claims["iat"] == 300
    assert claims["exp"] == answer["Expiration"].timestamp()
    assert claims["https://sts.amazonaws.com/"] == {
        "aws_account": "000000000000",
        "source_region": "eu-west-1",
        "principal_tags": {"t": "1"},
        "request_tags": {"job": "7"},
    }


def test_several_audiences_are_a_list(cloud, issuer):
    sts = sts_of(cloud, "several", allow(["a", "b"]))

    token = get(sts, ["a", "b"])["WebIdentityToken"]

    assert jwt.decode(token, options={"verify_signature": False})["aud"] == ["a", "b"]


@pytest.mark.parametrize(
    ("statements", "audiences"),
    [
        ([], ["catalog.local"]),
        ([allow("other.local")], ["catalog.local"]),
        ([allow()], ["catalog.local", "other.local"]),
        ([allow(), allow("catalog.*", "ForAnyValue:StringLike", "Deny")], ["catalog.local"]),
        ([allow(NumericLessThanEquals={"sts:DurationSeconds": "60"})], ["catalog.local"]),
        ([allow(StringEquals={"aws:PrincipalTag/unknown": "1"})], ["catalog.local"]),
        ([{**allow(), "Action": "sts:AssumeRole"}], ["catalog.local"]),
        ([allow(Null={"sts:IdentityTokenAudience": "true"})], ["catalog.local"]),
        ([allow(Null={"aws:PrincipalTag/unknown": "false"})], ["catalog.local"]),
        ([allow(test="ForAnyValue:StringNotEquals")], ["catalog.local"]),
    ],
)
def test_a_role_gets_tokens_for_the_audiences_that_its_policies_allow(
    cloud, issuer, statements, audiences, request
):
    sts = sts_of(cloud, f"refused-{abs(hash(request.node.name))}", *statements)

    with pytest.raises(
        ClientError, match="is not authorized to perform: sts:GetWebIden"
    ) as refused:
        get(sts, audiences)

    assert code(refused) == ("AccessDenied", 403)


@pytest.mark.parametrize(
    "statement",
    [
        allow(["catalog.local", "other.local"]),
        allow("catalog.*", "ForAllValues:StringLike"),
        allow(NumericLessThanEquals={"sts:DurationSeconds": "300"}),
        allow(Null={"sts:IdentityTokenAudience": "false", "aws:PrincipalTag/unknown": "true"}),
        allow("CATALOG.local", "ForAllValues:StringEqualsIgnoreCase"),
        allow(StringNotEquals={"aws:PrincipalTag/unknown": "1"}),
        allow(StringEqualsIfExists={"aws:PrincipalTag/unknown": "1"}),
        {"Effect": "Allow", "Action": "sts:Get*", "Resource": ["*"]},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
    ],
)  # fmt: skip
def test_conditions_and_wildcards_of_a_policy_are_evaluated(cloud, issuer, statement, request):
    sts = sts_of(cloud, f"allowed-{abs(hash(request.node.name))}", statement)

    assert get(sts)["WebIdentityToken"]


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"Audience": []}, "length greater than or equal to 1"),
        ({"SigningAlgorithm": "HS256"}, "enum value set: [RS256, ES384]"),
        ({"DurationSeconds": 59}, "value greater than or equal to 60"),
        ({"DurationSeconds": 3601}, "value less than or equal to 3600"),
    ],
)
def test_a_malformed_request_is_refused(cloud, issuer, members, text):
    sts = boto3.client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=f"http://127.0.0.1:{cloud.port}",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(parameter_validation=False),
    )

    with pytest.raises(ClientError) as refused:
        sts.get_web_identity_token(
            **{"Audience": [AUDIENCE], "SigningAlgorithm": "RS256", **members}
        )

    assert code(refused) == ("ValidationError", 400)
    assert text in str(refused.value)


def test_a_token_does_not_outlive_the_session(cloud, issuer):
    sts = sts_of(cloud, "short", allow(), seconds=900)

    with pytest.raises(ClientError) as refused:
        get(sts, DurationSeconds=901)

    assert code(refused) == ("SessionDurationEscalationException", 403)


def test_the_feature_is_enabled_once_and_its_keys_survive_a_restart(cloud):
    iam = cloud.client("iam")
    with pytest.raises(ClientError) as disabled:
        iam.get_outbound_web_identity_federation_info()
    with pytest.raises(ClientError) as without:
        get(cloud.client("sts"))

    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    with pytest.raises(ClientError) as twice:
        iam.enable_outbound_web_identity_federation()
    keys = published(issuer)
    cloud.restart_after_kill()
    found = iam.get_outbound_web_identity_federation_info()
    iam.disable_outbound_web_identity_federation()

    assert code(disabled) == ("FeatureDisabled", 404)
    assert code(without) == ("OutboundWebIdentityFederationDisabledException", 403)
    assert code(twice) == ("FeatureEnabled", 409)
    assert (found["IssuerIdentifier"], found["JwtVendingEnabled"]) == (issuer, True)
    assert published(issuer) == keys, "tokens issued before stay verifiable"
    assert iam.enable_outbound_web_identity_federation()["IssuerIdentifier"] == issuer
    iam.disable_outbound_web_identity_federation()


def test_credentials_of_a_role_tell_its_session(cloud):
    identity = sts_of(cloud, "told").get_caller_identity()

    assert identity["Arn"] == "arn:aws:sts::000000000000:assumed-role/told/task-1"
    assert identity["UserId"].endswith(":task-1")


def test_an_unknown_issuer_publishes_nothing(cloud):
    assert cloud.request("GET", "token-issuers/0/.well-known/jwks.json")[0] == 404
