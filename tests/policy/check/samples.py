"""What several tests of the check look at."""

from policy.rules import all_rules

TYPE = "aws:sqs/queue:Queue"
OPEN = {"type": TYPE, "name": "orders", "props": {"sqsManagedSseEnabled": False}}
EXEMPTION = {
    "rule": "sqs-encrypted",
    "resource": f"{TYPE}::orders",
    "reason": "holds nothing but timestamps",
    "owner": "checkout",
    "expires": "2999-01-01",
}
QUIET = {  # whatever else is said about a bare queue is not what is tested here
    one.name: "disabled" for one in all_rules() if one.name != "sqs-encrypted"
}
