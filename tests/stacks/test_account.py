"""What one stack of an account owns for all: Transaction Search."""

from __future__ import annotations

import json

import pytest

from spec.catalogue import Catalogue
from stacks.account import AccountSettings
from stacks.environment import build as build_environment
from stacks.observability import ObservabilitySettings
from tests.conftest import artifacts_of, settings_in

DESTINATION = "aws:xray/traceSegmentDestination:TraceSegmentDestination"
INDEX = "aws:xray/indexingRule:IndexingRule"
POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
TYPES = (DESTINATION, INDEX, POLICY)


@pytest.fixture
def made(build, archive):
    """Build the environment dev without services."""

    def of(**changes):
        catalogue = Catalogue({}, {})
        settings = settings_in("dev").model_copy(update=changes)
        artifacts = artifacts_of(catalogue, archive)
        return build(lambda: build_environment(settings, catalogue, artifacts))

    return of


def test_spans_are_kept_as_log_events_and_the_chosen_percentage_is_indexed(made):
    found = made(observability=ObservabilitySettings(index_percent=2.5))

    [destination], [index], [policy] = (found.all(kind) for kind in TYPES)
    [statement] = json.loads(policy.inputs["policyDocument"])["Statement"]
    assert destination.inputs["destination"] == "CloudWatchLogs"
    assert index.inputs["rule"] == {"probabilistic": {"desiredSamplingPercentage": 2.5}}
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": [
            "arn:aws:logs:eu-west-1:111111111111:log-group:aws/spans:*",
            "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/application-signals/data:*",
        ],
        "Condition": {
            "ArnLike": {"aws:SourceArn": "arn:aws:xray:eu-west-1:111111111111:*"},
            "StringEquals": {"aws:SourceAccount": "111111111111"},
        },
    }


def test_x_ray_may_write_spans_before_it_is_told_to(made):
    found = made()

    [policy] = found.all(POLICY)
    [request] = [one for one in found.requests.values() if one.type == DESTINATION]
    assert [urn.rpartition("::")[2] for urn in request.dependencies] == [policy.name]


@pytest.mark.parametrize(
    "changes",
    [
        {"account_settings": AccountSettings.EXTERNAL},
        {"observability": ObservabilitySettings(trace_percent=0)},
    ],
)
def test_nothing_is_set_where_another_stack_does_or_nothing_is_traced(made, changes):
    found = made(**changes)

    assert [one for kind in TYPES for one in found.all(kind)] == []
