"""Rules on AWS Glue."""

from __future__ import annotations

from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import number

JOB = "aws:glue/job:Job"
_SPARK = (None, "", "glueetl", "gluestreaming")


@rule(JOB, params={"minimum": 3})
@classify("architecture", "data", "medium", "mandatory")
def glue_job_version_supported(job: Resource) -> Messages:
    """Spark jobs of Glue must run on a version that AWS supports.

    Unsupported versions get no security fixes.

    References: FSBP Glue.4, Config glue-spark-job-supported-version
    """
    version, least = number(job.get("glueVersion")), job.params["minimum"]
    if job.get("command.name") in _SPARK and version is not None and version < least:
        yield (
            f"The Glue job '{job.name}' must run on a supported version: set glue_version to"
            f' "{least:.1f}" or newer.'
        )
