"""Examples of log streams and dashboards."""

from __future__ import annotations

import json

from tests.localcloud.provider.example import Example

EXAMPLES = (
    Example(
        type="aws:cloudwatch/logStream:LogStream",
        inputs=lambda stage: {
            "logGroupName": stage.make("aws:cloudwatch/logGroup:LogGroup")["name"]
        },
        import_id="{logGroupName}:{name}",
        bad={"name": "a:b"},
    ),
    Example(
        type="aws:cloudwatch/dashboard:Dashboard",
        inputs=lambda stage: {
            "dashboardName": f"shop{stage.number()}",
            "dashboardBody": json.dumps({"widgets": []}),
        },
        update={"dashboardBody": json.dumps({"widgets": [], "start": "-PT6H"})},
        bad={"dashboardBody": "{", "dashboardName": "no spaces"},
    ),
)
