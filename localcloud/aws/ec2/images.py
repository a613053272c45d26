"""Public images that moto's catalogue has only in versions of 2017: Ubuntu and Debian."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from moto.ec2.models import amis

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {
    "099720109477": (
        "ubuntu/images/hvm-ssd/ubuntu-focal-20.04-{0}-server-20250610",
        "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{0}-server-20260901",
        "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{0}-server-20260901",
    ),
    "136693071363": ("debian-12-{0}-20260901-2224", "debian-13-{0}-20260901-2224"),
}
"""Owner -> names of images, without the architecture."""

ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}


def install() -> None:
    """Add the images to the catalogue of new backends."""
    amis.AMIS.extend(_images())


def _images() -> Iterator[dict[str, Any]]:
    for owner, names in NAMES.items():
        for form in names:
            for word, architecture in ARCHITECTURES.items():
                name = form.format(word)
                yield {
                    "ami_id": f"ami-0{hashlib.sha256(name.encode()).hexdigest()[:16]}",
                    "name": name,
                    "owner_id": owner,
                    "architecture": architecture,
                    "description": name.rsplit("/", 1)[-1],
                    "image_location": f"{owner}/{name}",
                    "image_type": "machine",
                    "public": True,
                    "root_device_name": "/dev/sda1",
                    "root_device_type": "ebs",
                    "sriov": "simple",
                    "state": "available",
                    "virtualization_type": "hvm",
                    "hypervisor": "xen",
                }
