"""The generated pages are up to date, complete, and show programs that can be written."""

import ast
import re

import pulumi_aws as aws
import pytest

from policy.pages import locations, site
from policy.pages.__main__ import run
from policy.pages.examples import examples
from policy.pages.python import program
from policy.rules import all_rules
from policy.testing import resource, stack, unknown

LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)[^)]*\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def shown():
    return examples()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Give the source of the documentation site."""
    folder = tmp_path_factory.mktemp("site")
    site.write_source(folder)
    return folder


def broken_links(folder):
    return [
        (page.name, link)
        for page in folder.rglob("*.md")
        for link in LINK.findall(FENCE.sub("", page.read_text()))
        if "://" not in link and not (page.parent / link).exists()
    ]


def test_the_generated_pages_in_git_are_up_to_date():
    assert site.outdated() == [], "write: python -m policy.pages"


def test_every_link_of_the_pages_in_git_leads_somewhere():
    assert broken_links(site.FOLDER) == []


def test_every_link_of_the_site_leads_somewhere(written):
    assert broken_links(written) == []


def test_every_rule_has_a_source_a_test_and_a_page(written):
    for rule in all_rules():
        assert locations.function_name(rule) in locations.source(rule).read_text()
        assert locations.names(locations.test_module(rule).read_text(), rule), rule.name
        page = (written / "policy" / "rules" / f"{rule.name}.md").read_text()
        assert page.startswith(f"# {rule.name}\n")
        assert "```python" in page, rule.name


def test_every_rule_is_in_the_index_and_in_the_matrix_once():
    for name in ("README.md", "coverage.md"):
        text = (site.FOLDER / name).read_text()
        for rule in all_rules():
            assert len(re.findall(rf"^\| \[?{rule.name}[ \]]", text, re.MULTILINE)) == 1


def test_links_to_files_that_are_not_on_the_site_become_text(written):
    assert "services/kit](" not in (written / "index.md").read_text()


def test_every_example_is_python_that_names_resources_of_the_provider(shown):
    for name, one in shown.items():
        for code in (one.broken, one.kept):
            calls = [node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
            classes = {ast.unparse(call) for call in calls if ast.unparse(call)[:4] == "aws."}
            assert all(_exists(one) for one in classes), (name, classes)


def _exists(dotted):
    _, module, name = dotted.split(".")
    return hasattr(getattr(aws, module), name)


@pytest.fixture(scope="module")
def made():
    return site.pages()


@pytest.fixture
def known(made, monkeypatch):
    """Have the pages at hand, so that a test may ask for them often."""
    monkeypatch.setattr(site, "pages", lambda: made)


def test_a_page_that_was_changed_by_hand_is_outdated_and_written_again(known, tmp_path):
    site.write(tmp_path)
    (tmp_path / "coverage.md").write_text("changed")
    (tmp_path / "configuration.md").write_text("written by hand")

    assert site.outdated(tmp_path) == ["coverage.md"]
    assert site.write(tmp_path) == ["coverage.md"]

    assert site.outdated(tmp_path) == []
    assert (tmp_path / "configuration.md").read_text() == "written by hand"


def test_the_command_lists_outdated_pages_and_writes_them(known, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(site, "FOLDER", tmp_path)
    monkeypatch.setattr(site.outdated, "__defaults__", (tmp_path,))
    monkeypatch.setattr(site.write, "__defaults__", (tmp_path,))

    codes = []
    for check in (True, False, True):
        with pytest.raises(SystemExit) as ended:
            run(check=check)
        codes.append(int(ended.value.code))

    assert codes == [1, 0, 0]
    assert f"written: {tmp_path / 'coverage.md'}" in capsys.readouterr().out


def test_the_command_writes_the_source_of_the_site(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "_rule_pages", dict)  # another test writes these

    run(source=tmp_path / "site")

    assert (tmp_path / "site" / "index.md").exists()


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
