"""EC2: the function that looks up an instance type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider import sdk, sdk_source, shapes
from localcloud.provider.cloud import AwsError
from localcloud.provider.lookups import LookupFailedError

if TYPE_CHECKING:
    from localcloud.provider.row import Context, Invoke, Properties

TOKEN = "aws:ec2/getInstanceType:getInstanceType"  # noqa: S105 - not a password
PATHS = {
    "bootModes": "SupportedBootModes",
    "defaultCores": "VCpuInfo.DefaultCores",
    "defaultThreadsPerCore": "VCpuInfo.DefaultThreadsPerCore",
    "defaultVcpus": "VCpuInfo.DefaultVCpus",
    "ebsEncryptionSupport": "EbsInfo.EncryptionSupport",
    "ebsNvmeSupport": "EbsInfo.NvmeSupport",
    "ebsOptimizedSupport": "EbsInfo.EbsOptimizedSupport",
    "ebsPerformanceBaselineBandwidth": "EbsInfo.EbsOptimizedInfo.BaselineBandwidthInMbps",
    "ebsPerformanceBaselineIops": "EbsInfo.EbsOptimizedInfo.BaselineIops",
    "ebsPerformanceBaselineThroughput": "EbsInfo.EbsOptimizedInfo.BaselineThroughputInMBps",
    "ebsPerformanceMaximumBandwidth": "EbsInfo.EbsOptimizedInfo.MaximumBandwidthInMbps",
    "ebsPerformanceMaximumIops": "EbsInfo.EbsOptimizedInfo.MaximumIops",
    "ebsPerformanceMaximumThroughput": "EbsInfo.EbsOptimizedInfo.MaximumThroughputInMBps",
    "efaSupported": "NetworkInfo.EfaSupported",
    "enaSupport": "NetworkInfo.EnaSupport",
    "encryptionInTransitSupported": "NetworkInfo.EncryptionInTransitSupported",
    "instanceDisks": "InstanceStorageInfo.Disks[].{count: Count, size: SizeInGB, type: Type}",
    "ipv6Supported": "NetworkInfo.Ipv6Supported",
    "maximumIpv4AddressesPerInterface": "NetworkInfo.Ipv4AddressesPerInterface",
    "maximumIpv6AddressesPerInterface": "NetworkInfo.Ipv6AddressesPerInterface",
    "maximumNetworkCards": "NetworkInfo.MaximumNetworkCards",
    "maximumNetworkInterfaces": "NetworkInfo.MaximumNetworkInterfaces",
    "memorySize": "MemoryInfo.SizeInMiB",
    "networkPerformance": "NetworkInfo.NetworkPerformance",
    "supportedArchitectures": "ProcessorInfo.SupportedArchitectures",
    "supportedPlacementStrategies": "PlacementGroupInfo.SupportedStrategies",
    "supportedRootDeviceTypes": "SupportedRootDeviceTypes",
    "supportedUsagesClasses": "SupportedUsageClasses",
    "supportedVirtualizationTypes": "SupportedVirtualizationTypes",
    "sustainedClockSpeed": "ProcessorInfo.SustainedClockSpeedInGhz",
    "totalInstanceStorage": "InstanceStorageInfo.TotalSizeInGB",
    "validCores": "VCpuInfo.ValidCores",
    "validThreadsPerCores": "VCpuInfo.ValidThreadsPerCore",
}
"""Output -> where it is in the answer, if the names do not fit by rule."""


def instance_type(context: Context) -> Properties:
    """Return what EC2 says about an instance type."""
    context.service, name = "ec2", context.inputs["instanceType"]
    try:
        found = context.call("DescribeInstanceTypes", InstanceTypes=[name])["InstanceTypes"]
    except AwsError as error:
        if error.code != "InvalidInstanceType":
            raise
        raise LookupFailedError(f"no EC2 instance type {name} found") from None
    kinds = sdk_source.result(TOKEN).kinds
    values = shapes.properties(found[0], kinds, PATHS, "")
    fitted = {key: sdk.convert(kinds[key], value) for key, value in values.items()}
    return {
        **{key: value for key, value in fitted.items() if value is not sdk.NOT_CONVERTIBLE},
        "id": name,
        "region": context.region,
    }


LOOKUPS: dict[str, Invoke] = {TOKEN: instance_type}
