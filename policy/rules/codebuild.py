"""Rules on CodeBuild projects and report groups."""

from __future__ import annotations

import re

from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.secrets import secret_variables
from policy.engine.values import UNKNOWN, is_false, is_missing

PROJECT = "aws:codebuild/project:Project"
REPORT_GROUP = "aws:codebuild/reportGroup:ReportGroup"
_CREDENTIALS = re.compile(r"^[a-z+]+://[^/@\s]*:[^/@\s]+@")


@rule(PROJECT)
@classify("security", "compute", "critical", "mandatory")
def codebuild_no_credentials_in_source(project: Resource) -> Messages:
    """Projects must not have credentials in the URL of their source.

    Everyone who may read the project reads the credentials.

    References: FSBP CodeBuild.1, Config codebuild-project-source-repo-url-check
    """
    for path in ("source.location", "secondarySources.location"):
        if any(isinstance(one, str) and _CREDENTIALS.match(one) for one in project.all(path)):
            yield (
                f"The project '{project.name}' must not have credentials in the URL of its source:"
                " remove them from location, and add an aws.codebuild.SourceCredential."
            )


@rule(PROJECT)
@classify("security", "compute", "critical", "mandatory")
def codebuild_no_secrets_in_environment(project: Resource) -> Messages:
    """Projects must read secrets from a secret store, not from environment variables.

    Environment variables are shown in plain text in the project and in the log of each build.

    References: FSBP CodeBuild.2, Config codebuild-project-envvar-awscred-check
    """
    plain = {
        one.get("name"): one.get("value")
        for one in project.entries("environment.environmentVariables")
        if one.get("type") in (None, "PLAINTEXT") and isinstance(one.get("name"), str)
    }
    for name in secret_variables(project.settings, plain):
        yield (
            f"The project '{project.name}' must not be given {name} in plain text: set type of the"
            ' environment variable to "SECRETS_MANAGER" and value to the name of a secret.'
        )


@rule(PROJECT)
@classify("audit", "observability", "medium", "mandatory")
def codebuild_logs(project: Resource) -> Messages:
    """Projects must send the logs of builds to CloudWatch or S3.

    Without logs, there is no record of what a build did with its permissions.

    References: FSBP CodeBuild.4, Config codebuild-project-logging-enabled, Checkov CKV_AWS_314
    """
    to_cloudwatch = project.get("logsConfig.cloudwatchLogs.status")
    to_s3 = project.get("logsConfig.s3Logs.status")
    if to_cloudwatch == "DISABLED" and to_s3 not in ("ENABLED", UNKNOWN):
        yield (
            f"The project '{project.name}' must have logs: set status of"
            ' logs_config.cloudwatch_logs to "ENABLED".'
        )


@require_value(
    PROJECT,
    path="logsConfig.s3Logs.encryptionDisabled",
    value=lambda disabled: not disabled or is_false(disabled),
    default=False,
    hint="to False",
)
@classify("security", "compute", "low", "advisory")
def codebuild_s3_logs_encrypted() -> None:
    """Projects must encrypt the logs of builds in S3.

    Logs of builds show names of systems and parts of the source.

    References: FSBP CodeBuild.3, Config codebuild-project-s3-logs-encrypted, Checkov CKV_AWS_311
    """


@rule(REPORT_GROUP)
@classify("security", "compute", "medium", "mandatory")
def codebuild_reports_encrypted(group: Resource) -> Messages:
    """Report groups must encrypt the reports that they export.

    Reports of tests contain data of the tests.

    References: FSBP CodeBuild.7, Config codebuild-report-group-encrypted-at-rest
    """
    target = group.get("exportConfig.s3Destination")
    disabled = group.get("exportConfig.s3Destination.encryptionDisabled")
    if not is_missing(target) and target is not UNKNOWN and disabled in (True, "true"):
        yield (
            f"The report group '{group.name}' must encrypt its reports: set encryption_disabled of"
            " export_config.s3_destination to False."
        )
