"""A program that makes a policy pack."""

from tests.localcloud.engine.language.test_host import run_request

PACK = """
import pulumi
from pulumi_policy import PolicyPack
try:
    PolicyPack("mine", [])
except pulumi.RunError as error:
    print(error)
"""


def test_a_policy_pack_in_a_program_is_an_error_and_does_not_wait(
    host, program, executor, venv, capfd
):
    executor(PACK)

    host.Run(run_request(program(virtualenv="venv")))

    printed, _ = capfd.readouterr()
    assert "put it in a folder of its own with a PulumiPolicy.yaml" in printed
    assert "--policy-pack" in printed
