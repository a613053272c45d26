"""The generated pages are up to date, and show what can be written."""

import ast

import pulumi_aws as aws
import pytest

from policy.pages import site
from policy.pages.__main__ import run
from policy.pages.examples import examples
from policy.pages.python import program
from policy.rules import all_rules
from policy.testing import resource, stack, unknown


@pytest.fixture(scope="module")
def made():
    """Make the pages once: every test of every rule is replayed for them."""
    return site.pages()


@pytest.fixture
def known(made, monkeypatch):
    """Have the site at hand, so that a test may ask for it often."""
    monkeypatch.setattr(site, "pages", lambda: made)


@pytest.fixture(scope="module")
def shown():
    return examples()


def test_the_pages_of_docs_policy_are_up_to_date(known):
    assert site.stale() == [], "write: python -m policy.pages"


def test_the_pages_are_the_same_each_time(made):
    assert site.pages() == made


def test_every_rule_has_a_section_with_an_example_of_each_kind(made, shown):
    for rule in all_rules():
        assert f"## {rule.name}\n" in made[f"{rule.group}.md"]
        assert rule.name in shown, f"no test shows {rule.name} to policy.testing"


def test_every_example_is_python_that_names_resources_of_the_provider(shown):
    for name, one in shown.items():
        for code in (one.broken, one.kept):
            calls = [node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
            classes = {ast.unparse(call) for call in calls if ast.unparse(call)[:4] == "aws."}
            assert all(_exists(one) for one in classes), (name, classes)


def _exists(dotted):
    _, module, name = dotted.split(".")
    return hasattr(getattr(aws, module), name)


def test_a_page_that_was_changed_by_hand_is_stale_and_written_again(known, tmp_path):
    site.write(tmp_path)
    (tmp_path / "tags.md").write_text("changed")
    (tmp_path / "gone.md").write_text(site.GENERATED)
    (tmp_path / "configuration.md").write_text("written by hand")

    assert site.write(tmp_path) == ["gone.md", "tags.md"]

    assert site.stale(tmp_path) == []
    assert (tmp_path / "configuration.md").read_text() == "written by hand"


def test_the_command_says_which_pages_are_stale_and_writes_them(
    known, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(site, "FOLDER", tmp_path)
    monkeypatch.setattr(site.stale, "__defaults__", (tmp_path,))
    monkeypatch.setattr(site.write, "__defaults__", (tmp_path,))

    codes = []
    for check in (True, False, True):
        with pytest.raises(SystemExit) as ended:
            run(check=check)
        codes.append(int(ended.value.code))

    assert codes == [1, 0, 0]
    assert f"written: {tmp_path / 'tags.md'}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (
            resource("aws:sqs/queue:Queue", "orders", {"sqsManagedSseEnabled": True}),
            'aws.sqs.Queue("orders", sqs_managed_sse_enabled=True)',
        ),
        (
            resource("aws:lambda/function:Function", "f", {"tags": {"costCentre": "1"}}),
            'aws.lambda_.Function("f", tags={"costCentre": "1"})',
        ),
        (
            resource("aws:sns/topicPolicy:TopicPolicy", "p", {"policy": '{"Version": "1"}'}),
            'aws.sns.TopicPolicy("p", policy=json.dumps({"Version": "1"}))',
        ),
        (
            resource("aws:ssm/document:Document", "d", {"permissions": {"accountIds": "all"}}),
            'aws.ssm.Document("d", permissions={"accountIds": "all"})',
        ),
        (
            resource("aws:sns/topic:Topic", "placed", {"arn": "arn:placed"}),
            'aws.sns.Topic("placed")',
        ),
        (
            resource("aws:sns/topicPolicy:TopicPolicy", "p", {"arn": "arn:placed"}),
            'aws.sns.TopicPolicy("p", arn="arn:placed")',
        ),
    ],
)
def test_a_resource_is_shown_as_the_call_that_makes_it(seen, code):
    assert program(stack(seen)) == code


def test_what_comes_from_another_resource_is_shown_as_its_output():
    key = resource("aws:kms/key:Key", "own", {})
    queue = resource("aws:sqs/queue:Queue", "orders", {"kmsMasterKeyId": unknown})

    joined = stack(key, queue, property_dependencies={"orders": {"kmsMasterKeyId": [key]}})

    assert program(joined).splitlines()[1] == (
        'orders = aws.sqs.Queue("orders", kms_master_key_id=own.id)'
    )


def test_a_resource_is_made_after_those_that_its_properties_come_from():
    trail = resource("aws:cloudtrail/trail:Trail", "trail", {"s3BucketName": unknown})
    files = resource("aws:s3/bucket:Bucket", "files", {"tags": {"key": unknown}})
    key = resource("aws:kms/key:Key", "own", {})
    logs = resource("aws:s3/bucket:Bucket", "logs", {})
    joined = stack(
        logs,
        trail,
        files,
        key,
        property_dependencies={"trail": {"s3BucketName": [files]}, "files": {"tags": [key]}},
    )

    made = program(joined).splitlines()

    assert [line.split(" = ")[0] for line in made] == ["logs", "own", "files", "trail"]


@pytest.mark.parametrize(
    ("origin", "typ", "props", "output"),
    [
        ("aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": unknown}, "id"),
        ("aws:kms/key:Key", "aws:sqs/queue:Queue", {"keyArn": unknown}, "arn"),
        ("aws:lb/loadBalancer:LoadBalancer", "x:y:Record", {"name": unknown}, "dns_name"),
        ("random:index/randomPassword:RandomPassword", "x:y:Z", {"text": unknown}, "result"),
    ],
)
def test_the_output_fits_the_property_that_takes_it(origin, typ, props, output):
    source = resource(origin, "source", {"dnsName": "shop.test"})
    taker = resource(typ, "taker", props)
    origins = {key: [source] for key in props}

    made = program(stack(source, taker, property_dependencies={"taker": origins}))

    assert f"=source.{output})" in made
