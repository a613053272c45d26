"""Descriptions that together write every field of a service file."""

CONTAINERS = {
    "name": "billing",
    "description": "Sends bills.",
    "owner": "money",
    "tier": "critical",
    "compute": {
        "kind": "fargate",
        "command": ["python", "-m", "billing"],
        "cpu": 512,
        "memory_mib": 1024,
        "scaling": {"min": 2, "max": 6, "target": {"requests_per_task": 700}},
        "health_check": "/alive",
    },
    "processes": {
        "printer": {
            "command": ["python", "-m", "p"],
            "cpu": 512,
            "memory_mib": 2048,
            "count": 3,
            "max_count": 9,
            "messages_per_task": 50,
        }
    },
    "migrations": {"directory": "changes", "command": ["python", "-m", "migrate"]},
    "seeds": {"directory": "examples", "command": ["python", "-m", "seed"]},
    "routes": [
        {"path": "/bills", "methods": ["POST"], "auth": "clerk"},
        {
            "path": "/prices",
            "methods": ["GET"],
            "auth": "public",
            "exemption": "Everyone may see prices.",
        },
    ],
    "roles": {"clerk": "Writes bills."},
    "stores": {
        "books": {
            "kind": "aurora-postgresql",
            "version": "17",
            "min_capacity": 1,
            "max_capacity": 8,
        },
    },
    "publishes": ["bill-sent"],
    "consumes": {
        "debt-paid": {
            "process": "printer",
            "max_receives": 4,
            "visibility_timeout_seconds": 70,
            "max_concurrency": 3,
            "latest_only": True,
            "filter": {"data": {"cents": [100]}},
        }
    },
    "queues": {
        "labels": {
            "senders": ["billing"],
            "process": "printer",
            "max_receives": 3,
            "visibility_timeout_seconds": 80,
            "max_concurrency": 2,
        }
    },
    "calls": {"catalog": {"timeout_ms": 800, "max_concurrency": 16, "max_calls_per_request": 3}},
    "objectives": {"availability": 99.9, "p99_ms": 250},
    "runbook": "https://wiki.test/loans",
}
DATA = {"processes", "consumes", "queues", "migrations", "stores"}
ROUTED = {name: value for name, value in CONTAINERS.items() if name not in DATA}
COUNTING = {
    **{name: value for name, value in ROUTED.items() if name != "routes"},
    "compute": {**CONTAINERS["compute"], "scaling": {"target": {"bills-waiting": 50}}},
    "metrics": {
        "bills-waiting": {"unit": "count", "alarm": {"above": 900}},
        "oldest-bill": {
            "unit": "seconds",
            "alarm": {"above": 60, "for": "3 minutes", "invoke": "collector"},
        },
        "bills-sent": {"unit": "count", "alarm": {"below": 1, "for": "1 hour"}},
    },
    "logs": {
        "count": {
            "bills-refused": {
                "pattern": '{ $.event = "bill-refused" }',
                "alarm": {"above": 5, "for": "2 minutes", "invoke": "collector"},
            },
        },
    },
}
BY_CPU = {
    **{name: value for name, value in ROUTED.items() if name != "routes"},
    "compute": {**CONTAINERS["compute"], "scaling": {"target": {"cpu_percent": 70}}},
}
FUNCTION = {
    "name": "reminders",
    "description": "Reminds debtors.",
    "owner": "money",
    "tier": "standard",
    "compute": {
        "kind": "lambda",
        "handler": "app.main",
        "memory_mib": 512,
        "timeout_seconds": 20,
        "reserved_concurrency": 9,
    },
    "stores": {
        "sent": {
            "kind": "dynamodb",
            "partition_key": {"name": "bill", "type": "S"},
            "sort_key": {"name": "day", "type": "N"},
            "ttl_attribute": "gone",
            "indexes": {
                "by-clerk": {
                    "partition_key": {"name": "clerk", "type": "S"},
                    "sort_key": {"name": "hour", "type": "N"},
                    "projection": "INCLUDE",
                    "attributes": ["text"],
                }
            },
            "local_indexes": {
                "by-amount": {
                    "sort_key": {"name": "amount", "type": "N"},
                    "projection": "INCLUDE",
                    "attributes": ["text"],
                }
            },
            "capacity": {
                "read": {"min": 5, "max": 100},
                "write": {"min": 4, "max": 50},
                "target_percent": 60,
            },
            "stream": "NEW_IMAGE",
            "dax": {"node_type": "dax.t3.small", "nodes": 3},
        },
        "drafts": {"kind": "efs", "path": "/mnt/drafts"},
        "scans": {"kind": "s3", "noncurrent_days": 10, "expire_after_days": 90},
    },
    "secrets": {"mail-key": {"max_age": "30 days"}},
    "variables": {"GREETING": "Dear"},
    "parameters": {"footer": "/bills/footer"},
    "routes": [{"path": "/reminders", "methods": ["GET"], "auth": "clerk"}],
    "cors": {"origins": ["https://bills.example.com"], "headers": ["x-trace"]},
    "consumes": {
        "bill-sent": {
            "batch_size": 5,
            "window_seconds": 2,
            "max_receives": 4,
            "visibility_timeout_seconds": 130,
            "max_concurrency": 7,
            "filter": {"data": {"cents": [100]}},
        }
    },
    "queues": {
        "letters": {
            "senders": ["reminders"],
            "batch_size": 4,
            "window_seconds": 1,
            "max_receives": 6,
            "visibility_timeout_seconds": 140,
            "max_concurrency": 8,
        }
    },
}
SOURCED = {
    **{name: FUNCTION[name] for name in ("name", "description", "owner", "tier", "compute")},
    "stores": {
        "sent": {
            "kind": "dynamodb",
            "partition_key": {"name": "bill"},
            "stream": "NEW_AND_OLD_IMAGES",
        },
        "scans": {"kind": "s3"},
    },
    "sources": {
        "sent-changes": {
            "table": "sent",
            "batch_size": 50,
            "window_seconds": 2,
            "max_attempts": 4,
            "max_age_hours": 12,
            "parallelization": 2,
            "starting_position": "latest",
            "filter": {"eventName": ["INSERT"]},
        },
        "scanned": {
            "bucket": "scans",
            "prefix": "in/",
            "suffix": ".pdf",
            "events": ["removed"],
            "batch_size": 5,
            "max_receives": 4,
            "max_concurrency": 7,
        },
    },
}
"""A function with the changes in its stores that invoke it."""
POLLED = {
    **{name: CONTAINERS[name] for name in ("name", "description", "owner", "tier")},
    "compute": {"kind": "fargate", "command": ["python", "-m", "billing"]},
    "processes": {
        "scanner": {"command": ["python", "-m", "scanner"], "max_count": 4},
        "relay": {"command": ["python", "-m", "relay"]},
    },
    "stores": {"scans": {"kind": "s3"}},
    "sources": {
        "scanned": {
            "bucket": "scans",
            "prefix": "in/",
            "process": "scanner",
            "max_receives": 4,
            "max_concurrency": 3,
        }
    },
}
"""A service in containers, a process of which polls the changes in its bucket."""
STREAMED = {
    "bill-sent": {
        "channel": "stream",
        "batch_size": 50,
        "window_seconds": 2,
        "max_receives": 4,
        "filter": {"data": {"cents": [100]}},
        "starting_position": "latest",
        "parallelization": 2,
        "max_age_hours": 12,
    }
}
"""What a function consumes from a stream."""

SMALL = {name: FUNCTION[name] for name in ("name", "description", "owner", "tier")}
TIMED = {
    **SMALL,
    "compute": {"kind": "lambda"},
    "schedules": {
        "weekly": {
            "cron": "0 3 ? * MON *",
            "timezone": "Europe/Vienna",
            "flexible_minutes": 15,
            "until": "2090-01-01T00:00",
        },
        "soon": {"once": "2090-01-01T00:00"},
    },
}
"""A function that is invoked at times."""
WORKING = {
    **{name: CONTAINERS[name] for name in ("name", "description", "owner", "tier")},
    "compute": {"kind": "fargate", "command": ["python", "-m", "billing"]},
    "jobs": {
        "reconcile": {
            "command": ["python", "-m", "reconcile"],
            "schedule": {"every": "2 hours"},
            "timeout_minutes": 40,
            "cpu": 512,
            "memory_mib": 1024,
        }
    },
}
"""Containers with a job."""
