"""What is read of a Pulumi YAML program, and what is refused."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from policy.check.document import InputError
from policy.check.readers import read
from policy.check.report import check
from policy.engine.configuration import Configuration
from policy.engine.values import UNKNOWN
from policy.rules import all_rules
from tests.policy.check.samples import TYPE

PROGRAMS = Path(__file__).parent / "programs"
DEAD = f"urn:pulumi:program::shop::{TYPE}${TYPE}::dead"
ORDERS = f"urn:pulumi:program::shop::{TYPE}::shop-orders"
START = "name: shop\nruntime: yaml\n"


@pytest.fixture
def kept():
    """Give the program that keeps the rules."""
    return read(PROGRAMS / "kept" / "Pulumi.yaml")


def test_each_broken_rule_has_the_line_of_the_resource_and_shows_no_secret(main, capsys):
    file = str(PROGRAMS / "broken" / "Pulumi.yaml")

    outputs = []
    for form in ("json", "text", "sarif", "junit"):
        assert main(["check", file, "--format", form]) == 1
        outputs.append(capsys.readouterr().out)

    report = json.loads(outputs[0])
    found = {(one["rule"], one["name"], one["line"]) for one in report["findings"] if one["fails"]}
    assert {
        ("sqs-encrypted", "orders", 10),
        ("sqs-policy-no-open-principal", "orders-policy", 14),
        ("ssm-secret-parameter-is-secure", "token", 26),
        ("lambda-no-secrets-in-environment", "mailer", 33),
        ("iam-no-service-wildcard", "reader", 39),
    } <= found
    assert not any("hunter2" in output for output in outputs)
    [hidden] = [one for one in report["findings"] if one["rule"] == "iam-no-service-wildcard"]
    assert hidden["message"].endswith("depends on a secret, which is not shown.")


def test_the_program_that_keeps_the_rules_has_no_finding_on_its_queues(main, capsys):
    main(["check", str(PROGRAMS / "kept" / "Pulumi.yaml"), "--format", "json"])

    report = json.loads(capsys.readouterr().out)
    failed = [one["rule"] for one in report["findings"] if one["fails"] and one["type"] == TYPE]
    assert failed == []
    assert report["resources"] == 3  # the provider and two queues; one queue is only read


def test_expressions_have_values_where_the_program_determines_them(kept):
    by_name = {one.name: one for one in kept.resources}

    assert by_name["shop-orders"].props == {
        "messageRetentionSeconds": 345600.0,
        "kmsMasterKeyId": UNKNOWN,
        "redrivePolicy": {"deadLetterTargetArn": UNKNOWN, "maxReceiveCount": 5.0},
    }
    assert by_name["dead"].props == {
        "name": "orders-dead",
        "sqsManagedSseEnabled": True,
        "tags": {
            "host": "two",
            "owned": UNKNOWN,
            "both": "shop-orders-dead",
            "when": "costs ${amount} on 2012-10-17",
            "on": "yes",
        },
    }


def test_options_and_references_are_those_of_a_state(kept):
    by_name = {one.name: one for one in kept.resources}
    orders, dead = by_name["shop-orders"], by_name["dead"]

    assert (orders.urn, dead.urn, dead.options.parent) == (ORDERS, DEAD, ORDERS)
    assert (orders.options.protect, orders.options.ignore_changes) == (True, ("tags",))
    assert orders.provider_name == dead.provider_name == "ireland"  # its parent's
    assert kept.stack.dependencies[ORDERS] == [DEAD]
    assert kept.stack.property_dependencies[ORDERS]["redrivePolicy"] == [DEAD]


def test_the_default_provider_has_the_configuration_of_the_project(files):
    text = f"{START}config: {{aws:region: eu-west-1}}\nresources: {{a: {{type: 'aws:sqs:Queue'}}}}"

    [queue] = read(files.write(text, "Pulumi.yaml")).resources

    assert queue.provider_props == {"region": "eu-west-1"}


def test_the_default_provider_may_be_a_resource(files):
    text = (
        f"{START}resources:\n"
        "  own: {type: 'pulumi:providers:aws', defaultProvider: true, properties: {region: x}}\n"
        "  a: {type: 'aws:sqs:Queue'}\n"
    )

    queue = read(files.write(text, "Pulumi.yaml")).resources[1]

    assert (queue.provider_name, queue.provider_props) == ("own", {"region": "x"})


def test_a_key_that_a_stack_sets_is_not_known(files):
    files.write("config: {shop:encrypt: true, other: 5}", "Pulumi.dev.yaml")
    text = (
        f"{START}config: {{encrypt: false}}\n"
        "resources: {a: {type: 'aws:sqs:Queue', properties: {b: '${encrypt}', c: '${other}'}}}"
    )

    [queue] = read(files.write(text, "Pulumi.yaml")).resources

    assert queue.props == {"b": UNKNOWN, "c": UNKNOWN}


def test_a_program_in_main_has_the_configuration_of_its_project(files):
    files.write(f"{START}config: {{size: 5}}", "Pulumi.yaml")
    text = "resources: {a: {type: 'aws:sqs:Queue', properties: {b: '${size}'}}}"

    [queue] = read(files.write(text, "Main.yaml")).resources
    [same] = read(files.folder).resources

    assert (queue.props, queue.urn) == ({"b": 5.0}, f"urn:pulumi:program::shop::{TYPE}::a")
    assert same == queue


def test_a_folder_without_a_program_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"Pulumi\.yaml: cannot be read: No such file"):
        read(tmp_path)


expressions = some.recursive(
    some.none()
    | some.booleans()
    | some.floats()
    | some.sampled_from(["${a}", "${v.x[0]}", "x${c}"]),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(["fn::toJSON", "fn::join", "fn::secret", "fn::invoke", "x", "y"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=15,
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(expressions, expressions, expressions, some.lists(expressions, max_size=2))
def test_any_expression_is_evaluated_or_refused_by_the_one_error(
    files, variable, default, input_, options
):
    program = {
        "config": {"c": {"default": default}},
        "variables": {"v": variable},
        "resources": {
            "a": {
                "type": "aws:sqs:Queue",
                "properties": {"policy": input_},
                "options": dict(zip(("parent", "provider"), options, strict=False)),
            }
        },
    }

    with contextlib.suppress(InputError):
        check([read(files.write(json.dumps(program), "Pulumi.yaml"))], all_rules(), Configuration())


QUEUE = "resources:\n  a:\n    type: aws:sqs:Queue\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "expected a mapping with text as keys; found a list"),
        ("5: 6", "expected a mapping with text as keys; found a mapping"),
        ("runtime: python", ":1: runtime: expected yaml; found 'python': check what `pulumi"),
        (START, "there are no resources: write the file that has them, such as Main.yaml"),
        (f"{START}components: {{}}", ":3: components: components are not read"),
        (
            "runtime: {name: yaml, options: {compiler: cue}}",
            "runtime.options.compiler: check what the compiler prints",
        ),
        (f"{START}resource: {{}}\n{QUEUE}", ":3: resource: there is no such key in Pulumi YAML"),
        (f"{START}{QUEUE}    propertys: {{}}", "propertys: there is no such key in Pulumi YAML: "),
        (f"{START}{QUEUE}    options: {{protects: 1}}", ":6: resources.a.options.protects: there"),
        (f"{START}resources: {{a: 5}}", ":3: resources.a: expected a mapping with text as keys"),
        (f"{START}resources: {{a: {{}}}}", "resources.a.type: expected text; found nothing"),
        (
            f"{START}resources: {{a: {{type: 'aws:sqs:Queu'}}}}",
            "resource type 'aws:sqs:Queu': write 'aws:sqs:Queue'",
        ),
        (f"{START}{QUEUE}    options: {{parent: '${{a}}'}}", "is its own parent: write another"),
        (
            f"{START}{QUEUE}    properties: {{x: '${{order.arn}}'}}\nvariables: {{orders: 5}}",
            ":6: resources.a.properties.x: there is no resource, variable or configuration key",
        ),
        (f"{START}{QUEUE}    properties: {{x: '${{order}}'}}\nconfig: {{orders: 5}}", "'orders'"),
        (
            f"{START}variables: {{x: '${{x}}'}}\n{QUEUE}    properties: {{b: '${{x}}'}}",
            "variables.x: refers to itself (x -> x): remove one reference",
        ),
        (f"{START}{QUEUE}  a: {{}}", ":6: is not valid YAML: the key 'a' is repeated"),
        (f"{START}config: {{a: {{defaults: 5}}}}\n{QUEUE}", "write 'default'"),
        ("a: [", "is not valid YAML"),
        (f"a: {'[' * 600}", "is nested too deeply to be read"),
        (f"{START}variables: &v {{v: *v}}\n{QUEUE}    properties: {{x: '${{v}}'}}", "too deeply"),
    ],
)
def test_what_pulumi_would_refuse_is_refused_with_its_line(files, text, said):
    with pytest.raises(InputError) as refused:
        read(files.write(text, "Pulumi.yaml"))

    assert said in str(refused.value)
