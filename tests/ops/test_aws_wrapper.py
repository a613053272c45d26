"""The `aws` of the environment executes the AWS CLI that is installed, at the local address."""

import subprocess

import pytest

from ops import wrapper

ADDRESS = "http://127.0.0.1:1"


@pytest.fixture
def aws(tmp_path):
    folder = wrapper.write_aws(tmp_path / "home" / "bin")
    installed = tmp_path / "with blank" / "aws"
    installed.parent.mkdir()

    def run(*arguments, there=True, **variables):
        if there:
            installed.write_text('#!/bin/sh\nprintf "%s|" "$@"\nexit 3\n')
            installed.chmod(0o755)
        other = wrapper.write_aws(tmp_path / "other" / "bin")
        path = f"{folder}:{other}:{installed.parent}:/usr/bin:/bin"
        return subprocess.run(
            ["aws", *arguments], capture_output=True, text=True, check=False,
            env={"PATH": path, **variables}, executable=folder / "aws",
        )  # fmt: skip

    return run


def test_it_adds_the_address(aws):
    done = aws("sqs", "send-message", "--message-body", "a  b", AWS_ENDPOINT_URL=ADDRESS)

    expected = ("--endpoint-url", ADDRESS, "sqs", "send-message", "--message-body", "a  b", "")
    assert done.stdout == "|".join(expected)
    assert done.returncode == 3


def test_it_adds_nothing_without_an_address(aws):
    assert aws("s3", "ls").stdout == "s3|ls|"


def test_it_says_that_none_is_installed(aws, tmp_path, monkeypatch):
    done = aws("s3", "ls", there=False)

    assert (done.returncode, done.stderr) == (
        127,
        "aws: command not found: install the AWS CLI\n",
    )
