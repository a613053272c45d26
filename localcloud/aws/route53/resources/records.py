"""Route 53: records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.cloud import AwsError
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

QUOTED = {"TXT", "SPF"}
ROUTING = {
    "geolocationRoutingPolicies": (
        "GeoLocation",
        {"continent": "ContinentCode", "country": "CountryCode", "subdivision": "SubdivisionCode"},
    ),
}
"""Routing policies that are blocks: input -> member and names of its fields."""

SINGLE = {
    "failoverRoutingPolicies": ("type", "Failover"),
    "latencyRoutingPolicies": ("region", "Region"),
    "weightedRoutingPolicies": ("weight", "Weight"),
}
"""Routing policies that are single values: input -> field and member."""

POLICIES = (*ROUTING, *SINGLE, "multivalueAnswerRoutingPolicy")
TYPES = ("A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF")
MORE_TYPES = ("SRV", "SSHFP", "SVCB", "TLSA", "TXT")


def full_name(context: Context) -> str:
    """Return the FQDN of the record, in lower case, without the trailing dot."""
    zone = context.call("GetHostedZone", Id=context.get("zoneId"))["HostedZone"]["Name"]
    zone, name = zone.strip(".").lower(), str(context.get("name") or "").strip(".").lower()
    if not name:
        return zone
    return name if name == zone or name.endswith(f".{zone}") else f"{name}.{zone}"


def first(inputs: Properties, name: str) -> dict[str, Any]:
    """Return the single block of a list."""
    blocks = inputs.get(name) or {}
    return blocks[0] if isinstance(blocks, list) else blocks


def quoted(kind: str, value: str) -> str:
    """Return a value in DNS's form: TXT is quoted."""
    return f'"{value}"' if kind in QUOTED and not value.startswith('"') else value


def record_set(context: Context) -> dict[str, Any]:
    """Return the record set with AWS's names."""
    inputs = context.inputs
    found: dict[str, Any] = {"Name": full_name(context), "Type": inputs["type"]}
    if alias := first(inputs, "aliases"):
        found["AliasTarget"] = {
            "DNSName": alias["name"],
            "EvaluateTargetHealth": bool(alias["evaluateTargetHealth"]),
            "HostedZoneId": alias["zoneId"],
        }
    if "records" in inputs:
        values = [quoted(inputs["type"], str(value)) for value in inputs["records"]]
        found["ResourceRecords"] = [{"Value": value} for value in values]
    plain = {"healthCheckId": "HealthCheckId", "setIdentifier": "SetIdentifier"}
    found |= {member: inputs[name] for name, member in plain.items() if inputs.get(name)}
    if "ttl" in inputs:
        found["TTL"] = int(inputs["ttl"])
    if inputs.get("multivalueAnswerRoutingPolicy"):
        found["MultiValueAnswer"] = True
    for name, (field, member) in SINGLE.items():
        if field in first(inputs, name):
            found[member] = first(inputs, name)[field]
    for name, (member, names) in ROUTING.items():
        if block := first(inputs, name):
            found[member] = {names[key]: value for key, value in block.items() if key in names}
    return found


def submit(context: Context, *changes: tuple[str, dict[str, Any]]) -> None:
    """Send a change batch, which is atomic."""
    batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
    zone = context.get("zoneId")
    context.call("ChangeResourceRecordSets", HostedZoneId=zone, ChangeBatch={"Changes": batch})


def find(context: Context, kind: str, identifier: str | None) -> dict[str, Any] | None:
    """Return the record set of this name, *kind* and *identifier*."""
    name = f"{full_name(context)}."
    answer = context.call(
        "ListResourceRecordSets",
        HostedZoneId=context.get("zoneId"),
        StartRecordName=name,
        StartRecordType=kind,
    )
    for record in answer["ResourceRecordSets"]:
        same = record["Name"].replace("\\052", "*").lower() == name and record["Type"] == kind
        if same and (identifier is None or record.get("SetIdentifier") == identifier):
            return record
    return None


def existing(context: Context) -> dict[str, Any] | None:
    """Return the record set of the outputs in the state."""
    places = (context.olds, context.inputs)
    kind, identifier = (
        next((place[key] for place in places if place.get(key)), None)
        for key in ("type", "setIdentifier")
    )
    return find(context, str(kind), identifier)


def create_record(context: Context) -> str:
    """Create a record; overwrite an existing one only if `allowOverwrite` is set."""
    inputs = context.inputs
    wanted = record_set(context)
    there = find(context, inputs["type"], inputs.get("setIdentifier"))
    if there and not inputs.get("allowOverwrite"):
        text = f"a record {wanted['Name']} of type {inputs['type']} exists: remove it, or import it"
        raise AwsError("ChangeResourceRecordSets", "InvalidChangeBatch", text)
    submit(context, ("UPSERT", wanted))
    parts = (inputs["zoneId"], wanted["Name"], inputs["type"], inputs.get("setIdentifier"))
    return "_".join(str(part) for part in parts if part)


def change_record(context: Context) -> None:
    """Change a record; another type or set identifier deletes the old record set."""
    wanted = record_set(context)
    old = existing(context) if context.changed & {"type", "setIdentifier"} else None
    if old:
        submit(context, ("DELETE", old), ("CREATE", wanted))
    else:
        submit(context, ("UPSERT", wanted))


def read_record(context: Context) -> Properties | None:
    """Return the record with the SDK's names."""
    kind = context.get("type")
    known = context.inputs or context.olds  # the program may have dropped the identifier
    record = find(context, kind, known.get("setIdentifier"))
    if record is None:
        return None
    fqdn = record["Name"].replace("\\052", "*").rstrip(".")
    found: dict[str, Any] = {
        "fqdn": fqdn,
        "healthCheckId": record.get("HealthCheckId"),
        "name": context.get("name") or fqdn,
        "setIdentifier": record.get("SetIdentifier"),
        "ttl": record.get("TTL"),
        "type": kind,
        "zoneId": context.get("zoneId"),
    }
    found |= routing_now(record)
    if values := [entry["Value"] for entry in record.get("ResourceRecords", [])]:
        found["records"] = values_now(context, kind, values)
    if target := record.get("AliasTarget"):
        found["aliases"] = alias_now(context, target)
    elif context.get("aliases"):  # it has been replaced by values
        found["aliases"] = []
    return found


def routing_now(record: Properties) -> dict[str, Any]:
    """Return the routing policy of a record set with the SDK's names."""
    found: dict[str, Any] = {}
    for name, (field, member) in SINGLE.items():
        if record.get(member) is not None:
            found[name] = [{field: record[member]}]
    for name, (member, names) in ROUTING.items():
        if block := record.get(member):
            found[name] = [{key: block[part] for key, part in names.items() if part in block}]
    if record.get("MultiValueAnswer"):
        found["multivalueAnswerRoutingPolicy"] = True
    return found


def values_now(context: Context, kind: str, values: list[str]) -> list[str]:
    """Return the record's values, in the program's form if they are equal."""
    written = context.get("records")
    if written is not None and sorted(quoted(kind, v) for v in written) == sorted(values):
        return written
    return [value.strip('"') if kind in QUOTED else value for value in values]


def alias_now(context: Context, target: Properties) -> list[dict[str, Any]]:
    """Return the alias, in the program's form if it is equal."""
    now = {
        "evaluateTargetHealth": target["EvaluateTargetHealth"],
        "name": target["DNSName"].rstrip("."),
        "zoneId": target["HostedZoneId"],
    }
    written = first({"aliases": context.get("aliases")}, "aliases")
    if written and str(written.get("name")).rstrip(".").lower() == now["name"].lower():
        now["name"] = written["name"]
    return [now]


def remove_record(context: Context) -> None:
    """Delete the record set that Route 53 returns."""
    if record := existing(context):
        submit(context, ("DELETE", record))


def record_from_id(id_: str) -> Properties:
    """Return the properties in an id: `Z0123_shop.example.com_A`, optionally a set identifier."""
    zone, _, rest = id_.partition("_")
    kinds = {*TYPES, *MORE_TYPES}
    parts = rest.split("_")
    at = next((i for i in range(len(parts) - 1, 0, -1) if parts[i] in kinds), len(parts) - 1)
    identifier = "_".join(parts[at + 1 :])
    found = {"zoneId": zone, "name": "_".join(parts[:at]), "type": parts[at]}
    return found | ({"setIdentifier": identifier} if identifier else {})


def check_record(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Route 53's constraints across the inputs of a record."""
    if inputs.get("aliases"):
        for name in ("records", "ttl"):
            if inputs.get(name) is not None:
                yield CheckFailure(name, "conflicts with aliases: an alias has none")
    elif inputs.get("records") and inputs.get("ttl") is None:
        yield CheckFailure("ttl", "is required for a record with values: set it")
    given = [name for name in POLICIES if inputs.get(name)]
    for name in given[1:]:
        yield CheckFailure(name, f"conflicts with {given[0]}: a record has one routing policy")
    if given and "setIdentifier" not in inputs:
        yield CheckFailure("setIdentifier", f"is required with {given[0]}: set it")
    if inputs.get("setIdentifier") and not given:
        yield CheckFailure("setIdentifier", "needs a routing policy: set one, or drop this")


RECORD = Row(
    type="aws:route53/record:Record",
    service="route53",
    inputs={
        **each(
            UPDATE,
            """geolocationRoutingPolicies failoverRoutingPolicies
            latencyRoutingPolicies weightedRoutingPolicies multivalueAnswerRoutingPolicy
            aliases healthCheckId setIdentifier""",
        ),
        **each(UPDATE, "allowOverwrite", state_only=True),
        **each(REPLACE, "name zoneId"),
        "type": Input(UPDATE, limit=Limit(one_of=(*TYPES, *MORE_TYPES))),
        "ttl": Input(UPDATE, limit=Limit(0, 2_147_483_647)),
        "records": Input(UPDATE, limit=Limit(min_length=1), unordered=True),
        "geoproximityRoutingPolicy": Input(UPDATE, supported=False),
        "cidrRoutingPolicy": Input(UPDATE, supported=False),
    },
    create=create_record,
    read=read_record,
    update=change_record,
    delete=remove_record,
    from_id=record_from_id,
    outputs={"aliases": "aliases", "records": "records"},
    check=check_record,
)

ROWS = (RECORD,)
