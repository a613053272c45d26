"""What the engine gets from the pack, over gRPC as it asks."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc

from policy.check import settings_file
from policy.check.document import InputError
from policy.engine.analyzer import Analyzer
from policy.engine.evaluate import Evaluator
from policy.rules import all_rules
from policy.rules.sqs import sqs_encrypted

QUEUE = "aws:sqs/queue:Queue"
URN = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::orders"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "key"}
EXEMPTION = {
    "rule": "sqs-encrypted",
    "resource": "urn:pulumi:*::orders",
    "reason": "holds nothing but timestamps",
    "owner": "checkout",
    "expires": "2999-01-01",
}


@pytest.fixture
def pack():
    server = grpc.server(ThreadPoolExecutor(max_workers=2))
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer("p", "1.0.0", all_rules()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield analyzer_pb2_grpc.AnalyzerStub(channel)
    server.stop(0).wait()


def queue(**props):
    struct = struct_pb2.Struct()
    tags = dict.fromkeys(["service", "environment", "owner", "cost-centre"], "orders")
    struct.update({"tagsAll": tags, **props})
    return proto.AnalyzeRequest(type=QUEUE, urn=URN, name="orders", properties=struct)


def reconciled(pack, config):
    """Return what the engine makes of a settings file: its ReconcilePolicyPackConfig."""
    info = pack.GetAnalyzerInfo(empty_pb2.Empty())
    merged = {one.name: (one.enforcementLevel, {}) for one in info.policies}
    given = {
        name: {"enforcementLevel": one} if isinstance(one, str) else dict(one)
        for name, one in config.items()
    }
    levels = {
        name: proto.EnforcementLevel.Value(one.pop("enforcementLevel").upper())
        for name, one in given.items()
        if "enforcementLevel" in one
    }
    if "all" in levels:
        merged = dict.fromkeys(merged, (levels["all"], {}))
    for name, params in given.items():
        merged[name] = levels.get(name, merged.get(name, (None, {}))[0]), params
    return merged


def configure(pack, config):
    request = proto.ConfigureAnalyzerRequest()
    for name, (level, params) in config.items():
        request.policyConfig[name].enforcementLevel = level
        request.policyConfig[name].properties.update(params)
    pack.Configure(request)


def test_every_rule_is_a_policy_of_its_own_name(pack):
    info = pack.GetAnalyzerInfo(empty_pb2.Empty())

    assert [one.name for one in info.policies] == ["settings", *(one.name for one in all_rules())]
    assert all(one.description and one.severity for one in info.policies)


def test_a_violation_names_policy_level_and_what_to_change(pack):
    [found] = pack.Analyze(queue(sqsManagedSseEnabled=False)).diagnostics

    assert (found.policyName, found.enforcementLevel) == ("sqs-encrypted", proto.MANDATORY)
    assert "The SQS queue 'orders' must encrypt its messages: set" in found.message


def test_a_rule_is_told_the_name_of_the_provider(pack):
    request = queue(sqsManagedSseEnabled=True)
    request.provider.name = "default_7_51_1"

    [found] = pack.Analyze(request).diagnostics

    assert found.policyName == "provider-explicit"


def test_a_type_without_rules_is_answered_at_once(pack):
    request = proto.AnalyzeRequest(type="random:index/randomId:RandomId", urn="urn", name="x")

    assert list(pack.Analyze(request).diagnostics) == []


def test_a_level_that_the_configuration_sets_holds(pack):
    configure(pack, {"sqs-encrypted": (proto.DISABLED, {})})

    assert list(pack.Analyze(queue()).diagnostics) == []


def test_an_exemption_turns_a_violation_into_advice(pack):
    configure(pack, {"settings": (proto.MANDATORY, {"exemptions": [EXEMPTION]})})

    [found] = pack.Analyze(queue()).diagnostics
    assert found.enforcementLevel == proto.ADVISORY
    assert "holds nothing but timestamps" in found.message


def test_an_exemption_that_exempts_nothing_is_a_violation_itself(pack):
    configure(pack, {"settings": (proto.MANDATORY, {"exemptions": [EXEMPTION]})})

    [found] = pack.AnalyzeStack(proto.AnalyzeStackRequest()).diagnostics

    assert found.enforcementLevel == proto.MANDATORY
    assert "exempts nothing and must be removed" in found.message


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"sqs-encryptd": (proto.ADVISORY, {})}, "write 'sqs-encrypted'"),
        (
            {"settings": (proto.ADVISORY, {"exemptions": [EXEMPTION | {"rule": "sqs"}]})},
            "no rule 'sqs'",
        ),
        (
            {"settings": (proto.ADVISORY, {"exemptions": [EXEMPTION | {"expires": "soon"}]})},
            "exemptions[0].expires",
        ),
        ({"settings": (proto.ADVISORY, {"prodution": True})}, "prodution"),
    ],
)
def test_a_wrong_configuration_does_not_start_the_pack(pack, config, said):
    with pytest.raises(grpc.RpcError) as refused:
        configure(pack, config)

    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert said in refused.value.details()


def test_remediation_changes_what_the_rule_says_and_leaves_secrets_wrapped(pack):
    configure(pack, {"sqs-encrypted": (proto.REMEDIATE, {})})

    response = pack.Remediate(queue(policy=SECRET))

    [remediation] = response.remediations
    assert remediation.policyName == sqs_encrypted.name
    sent = json_format.MessageToDict(remediation.properties)
    assert sent.pop("tagsAll")
    assert sent == {"sqsManagedSseEnabled": True, "policy": SECRET}


def test_a_level_for_all_rules_holds_where_a_rule_has_none_of_its_own(pack):
    everywhere = {"all": (proto.ADVISORY, {}), "sqs-encrypted": (proto.ADVISORY, {})}
    configure(pack, everywhere)
    [advice] = pack.Analyze(queue()).diagnostics

    configure(pack, everywhere | {"sqs-encrypted": (proto.MANDATORY, {})})
    [refusal] = pack.Analyze(queue()).diagnostics

    assert advice.enforcementLevel == proto.ADVISORY
    assert refusal.enforcementLevel == proto.MANDATORY


def test_the_level_of_a_severity_goes_before_the_level_of_all(pack):
    chosen = {"severityEnforcement": {"medium": "disabled"}}
    configure(
        pack,
        {
            "all": (proto.ADVISORY, {}),
            "sqs-encrypted": (proto.ADVISORY, {}),  # what the engine sends for it then
            "settings": (proto.ADVISORY, chosen),
        },
    )

    assert list(pack.Analyze(queue()).diagnostics) == []


def test_a_level_under_settings_rules_holds_even_if_it_is_the_default(pack):
    severities, rules = {"medium": "advisory"}, {"sqs-encrypted": "mandatory"}
    chosen = {"severityEnforcement": severities, "rules": rules}
    configure(pack, reconciled(pack, {"settings": chosen}))

    [found] = pack.Analyze(queue()).diagnostics

    assert found.enforcementLevel == proto.MANDATORY


@pytest.mark.parametrize("everywhere", [None, "advisory", "mandatory"])
@pytest.mark.parametrize("severity", [None, "advisory", "mandatory"])
def test_the_engine_takes_a_file_as_the_offline_check_does_or_the_check_refuses_it(
    pack, tmp_path, everywhere, severity
):
    file = tmp_path / "settings.json"
    for own, listed in itertools.product([None, "advisory", "mandatory"], repeat=2):
        rules = {"sqs-encrypted": listed} if listed else {}
        severities = {"medium": severity} if severity else {}
        config = {"settings": {"rules": rules, "severityEnforcement": severities}}
        config |= {"sqs-encrypted": own} if own else {}
        config |= {"all": everywhere} if everywhere else {}
        file.write_text(json.dumps(config))

        looks_unasked = own == (everywhere or "mandatory")
        if looks_unasked and not listed and severity not in (None, own):
            with pytest.raises(InputError, match="write it under settings"):
                settings_file.read(file, all_rules())
            continue
        configure(pack, reconciled(pack, config))
        [found] = pack.Analyze(queue()).diagnostics
        read = settings_file.read(file, all_rules())

        level = Evaluator([], read.settings, read.rules).level(sqs_encrypted)
        assert found.enforcementLevel == proto.EnforcementLevel.Value(level.upper()), config


def test_every_rule_takes_its_own_defaults_from_a_configuration(pack):
    policies = {one.name: one for one in pack.GetAnalyzerInfo(empty_pb2.Empty()).policies}
    for rule in all_rules():
        schema = json_format.MessageToDict(policies[rule.name].configSchema.properties)
        defaults = {key: value["default"] for key, value in schema.items()}

        configure(pack, {rule.name: (policies[rule.name].enforcementLevel, defaults)})

        assert set(defaults) == set(rule.params), rule.name


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"requiredTags": "owner"}, "requiredTags: found 'owner'; write a valid list"),
        ({"requiredTags": ["owner", 5]}, "requiredTags[1]: found 5.0; write a valid string"),
        ({"requiredTag": ["owner"]}, "there is no parameter 'requiredTag': write 'requiredTags'"),
    ],
)
def test_a_wrong_parameter_does_not_start_the_pack(pack, params, said):
    with pytest.raises(grpc.RpcError) as refused:
        configure(pack, {"required-tags": (proto.ADVISORY, params)})

    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert f"rule 'required-tags': {said}" in refused.value.details()


def test_a_parameter_for_a_rule_that_takes_none_is_refused(pack):
    with pytest.raises(grpc.RpcError) as refused:
        configure(pack, {"sqs-encrypted": (proto.ADVISORY, {"strict": True})})

    assert "no parameter 'strict': the rule takes none" in refused.value.details()
