"""Actions and conditions of a load balancer, in the form of AWS."""

from __future__ import annotations

from localcloud.aws.elbv2.resources.actions import actions, check_actions, conditions


def test_a_token_is_checked_before_the_request_is_forwarded():
    claims = [{"format": "single-string", "name": "token_use", "values": ["access"]}]
    blocks = [
        {
            "type": "forward",
            "order": 2,
            "forward": {
                "targetGroups": [{"arn": "a", "weight": 90}, {"arn": "b", "weight": 10}],
                "stickiness": {"enabled": True, "duration": 60},
            },
        },
        {
            "type": "jwt-validation",
            "order": 1,
            "jwtValidation": {"issuer": "i", "jwksEndpoint": "j", "additionalClaims": claims},
        },
    ]

    found = actions(blocks)

    assert found == [
        {
            "Type": "jwt-validation",
            "Order": 1,
            "JwtValidationConfig": {
                "Issuer": "i",
                "JwksEndpoint": "j",
                "AdditionalClaims": [
                    {"Format": "single-string", "Name": "token_use", "Values": ["access"]}
                ],
            },
        },
        {
            "Type": "forward",
            "Order": 2,
            "ForwardConfig": {
                "TargetGroups": [
                    {"TargetGroupArn": "a", "Weight": 90},
                    {"TargetGroupArn": "b", "Weight": 10},
                ],
                "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
            },
        },
    ]


def test_a_redirect_keeps_the_parts_of_the_address_that_it_does_not_name():
    block = {"type": "redirect", "redirect": {"port": "443", "statusCode": "HTTP_301"}}

    [found] = actions([block])

    assert found == {
        "Type": "redirect",
        "RedirectConfig": {
            "Host": "#{host}",
            "Path": "/#{path}",
            "Port": "443",
            "Protocol": "#{protocol}",
            "Query": "#{query}",
            "StatusCode": "HTTP_301",
        },
    }


def test_conditions_of_each_kind_have_their_field():
    found = conditions(
        [
            {"hostHeader": {"values": ["shop.example.com"]}},
            {"httpHeader": {"httpHeaderName": "X-Canary", "values": ["yes"]}},
            {"httpRequestMethod": {"values": ["GET"]}},
            {"pathPattern": {"values": ["/orders/*"]}},
            {"queryStrings": [{"key": "version", "value": "2"}]},
            {"sourceIp": {"values": ["10.0.0.0/8"]}},
        ]
    )

    assert found == [
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example.com"]}},
        {
            "Field": "http-header",
            "HttpHeaderConfig": {"HttpHeaderName": "X-Canary", "Values": ["yes"]},
        },
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/orders/*"]}},
        {
            "Field": "query-string",
            "QueryStringConfig": {"Values": [{"Key": "version", "Value": "2"}]},
        },
        {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
    ]


def test_a_list_of_actions_that_never_answers_is_refused():
    [failure] = check_actions([{"type": "jwt-validation"}], "actions")

    assert failure.property == "actions[0].type"
    assert "end with forward, redirect or fixed-response" in failure.reason
