"""EC2: functions that look up machine images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localcloud.provider import blocks, sdk, sdk_source, shapes
from localcloud.provider.lookups import LookupFailedError

if TYPE_CHECKING:
    from localcloud.provider.row import Context, Invoke, Properties

AMI = "aws:ec2/getAmi:getAmi"
DATE = re.compile(r"(?<!\d)(20\d\d)[.-]?(\d\d)[.-]?(\d\d)(?!\d)")


def created(image: Properties) -> str:
    """Return when the image was made: its name says it, the emulated EC2 does not."""
    found = DATE.search(image.get("Name", ""))
    return f"{'-'.join(found.groups())}T00:00:00.000Z" if found else image["CreationDate"]


def images(context: Context) -> list[dict[str, Any]]:
    """Return the images that fit the arguments, the oldest first."""
    inputs = context.inputs
    wanted = {
        "Owners": inputs.get("owners"),
        "ExecutableUsers": inputs.get("executableUsers"),
        "Filters": [
            {"Name": item["name"], "Values": item["values"]} for item in inputs.get("filters") or ()
        ],
    }
    context.service = "ec2"
    found = context.call("DescribeImages", **{key: item for key, item in wanted.items() if item})
    name = re.compile(inputs.get("nameRegex") or "")
    fitting = [
        {**image, "CreationDate": created(image)}
        for image in found["Images"]
        if name.search(image.get("Name", ""))
    ]
    return sorted(fitting, key=lambda image: (image["CreationDate"], image.get("Name", "")))


def image(context: Context) -> Properties:
    """Return the one image that fits the arguments, or the latest."""
    found = images(context)
    if not found:
        raise LookupFailedError("no matching EC2 image found")
    if len(found) > 1 and not context.inputs.get("mostRecent"):
        raise LookupFailedError(
            "multiple EC2 images matched: use additional constraints, or set mostRecent"
        )
    best = found[-1]
    kinds = sdk_source.result(AMI).kinds
    values: dict[str, Any] = shapes.properties(best, kinds, {}, "image")
    mappings = best.get("BlockDeviceMappings", [])
    key = "blockDeviceMappings"
    values[key] = blocks.from_aws(kinds[key], shapes.to_json_types(mappings))
    fitted = {key: sdk.convert(kinds[key], value) for key, value in values.items()}
    root = [item for item in mappings if item.get("DeviceName") == best.get("RootDeviceName")]
    return {
        **{key: value for key, value in fitted.items() if value is not sdk.NOT_CONVERTIBLE},
        **context.inputs,
        "id": best["ImageId"],
        "imageId": best["ImageId"],
        "name": best.get("Name", ""),
        "region": context.region,
        "arn": f"arn:{context.partition}:ec2:{context.region}::image/{best['ImageId']}",
        "rootSnapshotId": root[0].get("Ebs", {}).get("SnapshotId", "") if root else "",
        "tags": {tag["Key"]: tag["Value"] for tag in best.get("Tags", ())},
    }


def image_ids(context: Context) -> Properties:
    """Return the IDs of the images that fit the arguments, the latest first."""
    found = [item["ImageId"] for item in images(context)]
    ids = found if context.inputs.get("sortAscending") else found[::-1]
    return {**context.inputs, "id": context.region, "region": context.region, "ids": ids}


LOOKUPS: dict[str, Invoke] = {AMI: image, "aws:ec2/getAmiIds:getAmiIds": image_ids}
