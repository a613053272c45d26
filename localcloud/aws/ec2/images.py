"""Public machine images: moto's catalogue, and recent ones of Ubuntu and Debian.

They are not part of the state: moto would keep 1,300 of them in each Region that is used.
"""

from __future__ import annotations

import hashlib
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moto.ec2.models import EC2Backend, amis

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


_load: Any = amis.AmiBackend._load_amis  # noqa: SLF001 - moto has no other way to its catalogue
_describe: Any = amis.AmiBackend.describe_images


def install() -> None:
    """Add the images to the catalogue, and search it without loading it into a backend."""
    amis.AMIS.extend(_images())
    backend: Any = amis.AmiBackend
    backend._load_amis = lambda _backend: None  # noqa: SLF001
    backend.describe_images = _describe_all


def _describe_all(backend: Any, *words: Any, **asked: Any) -> list[Any]:
    """Describe the images of *backend*, and the public ones."""
    seen = SimpleNamespace(
        amis={**_catalogue(backend.region_name, backend.account_id), **backend.amis},
        deleted_amis=backend.deleted_amis,
        account_id=backend.account_id,
    )
    return _describe(seen, *words, **asked)


@cache
def _catalogue(region: str, account: str) -> dict[str, Any]:
    """Return the public images of a Region, loaded at first use (0.3 seconds)."""
    found: Any = EC2Backend(region, account)
    amis.settings = SimpleNamespace(ec2_load_default_amis=lambda: True)  # type: ignore[assignment]
    _load(found)
    return found.amis


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
