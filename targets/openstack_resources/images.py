"""Plans images: where their files come from, and the properties that follow from their attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.openstack_resources import Image, Signature
from blueprint.target import Cause
from blueprint.values import FileRef
from targets._formats.page import Traced
from targets.openstack_resources.catalog import written
from targets.openstack_resources.identity import DEFAULT_DOMAIN, SERVICE_PROJECT
from targets.openstack_resources.region import Region, traced

#: The tag by which Octavia finds the image of amphorae (Kolla-Ansible's `octavia_amp_image_tag`).
AMPHORA_TAG = "amphora"
#: Formats that are their own containers; the others have none.
_CONTAINERS = frozenset({"ami", "aki", "ari"})


def images(region: Region) -> dict[str, Any]:
    """The images by name."""
    if not region.runs("glance"):
        return {}
    return {
        label: Traced(_image(region, label, image), region.stated("an image", "image", label))
        for label, image in region.layer.image.items()
    }


def amphora(region: Region) -> str | None:
    """The image of amphorae, or None where there is none."""
    image = region.layer.octavia.image
    return image.label if image is not None and region.runs("octavia") else None


def _image(region: Region, label: str, image: Image) -> dict[str, Any]:
    path = region.path("image", label)
    found: dict[str, Any] = {}
    source = Cause("the image's file", (f"{path}.file",))
    if isinstance(image.file, FileRef):
        found["file"] = Traced(image.file, source)
    else:
        found["url"] = Traced(image.file, source)
        name = Cause("the name of the fetched file", (path, f"{path}.file", f"{path}.format"))
        found["file"] = Traced(fetched_name(label, image), name)
    if image.sha256 is not None:
        found["sha256"] = traced(image.sha256, "the digest of the file", f"{path}.sha256")
    form = Cause("the format of the file", (f"{path}.format",))
    found["disk_format"] = Traced(image.format, form)
    found["container_format"] = Traced(
        image.format if image.format in _CONTAINERS else "bare", form
    )
    if image.min_disk is not None:
        size = image.min_disk.in_unit("GiB")
        found["min_disk"] = traced(size, "the least disk in GiB", f"{path}.min_disk")
    if image.min_ram is not None:
        size = image.min_ram.in_unit("MiB")
        found["min_ram"] = traced(size, "the least memory in MiB", f"{path}.min_ram")
    found.update(_owner(region, label, image))
    properties = {name: Traced(value, cause) for name, value, cause in stated(region, label)}
    found["properties"] = properties
    return found


def _owner(region: Region, label: str, image: Image) -> Iterator[tuple[str, Traced]]:
    path = region.path("image", label)
    tags = dict.fromkeys(image.tags)
    is_amphora = label == amphora(region)
    visibility = "public" if image.is_public else "private"
    paths = [f"{path}.public"]
    if is_amphora:
        of_octavia = Cause("the project that Octavia looks in", (region.path("octavia", "image"),))
        yield "owner", Traced(SERVICE_PROJECT, of_octavia)
        yield "owner_domain", Traced(DEFAULT_DOMAIN, of_octavia)
        tags[AMPHORA_TAG] = None
        paths.append(region.path("octavia", "image"))
        if "is_public" not in image.model_fields_set:
            visibility = "private"
    yield "visibility", traced(visibility, "who sees the image", *paths)
    cause = Cause("tags of the image", (f"{path}.tags", region.path("octavia", "image")))
    yield "tags", Traced(list(tags), cause)


def stated(region: Region, label: str) -> Iterator[tuple[str, str, Cause]]:
    """The properties of an image: those that follow from its attributes, then those that it states."""
    image, path = region.layer.image[label], region.path("image", label)
    if image.arch is not None:
        yield "architecture", image.arch, Cause("the instruction set", (f"{path}.arch",))
    if image.os is not None:
        distribution, version = system_of(image.os)
        cause = Cause("distribution and version inside", (f"{path}.os",))
        yield "os_distro", distribution, cause
        if version:
            yield "os_version", version, cause
    if image.kubernetes is not None:
        cause = Cause("the version of Kubernetes inside", (f"{path}.kubernetes",))
        yield "kube_version", f"v{image.kubernetes.removeprefix('v')}", cause
    if label == amphora(region) and "hw_rng_model" not in image.properties:
        cause = Cause("amphorae need random numbers for TLS", (region.path("octavia", "image"),))
        yield "hw_rng_model", "virtio", cause
    if image.signature is not None:
        signed = f"{path}.signature"
        for name, text in signature(image.signature):
            yield f"img_signature{name}", text, Cause("who vouches for the file", (signed,))
    own = Cause("a property of its own", (f"{path}.properties",))
    for name, value in image.properties.items():
        yield name, written(value), own


def signature(stated_signature: Signature) -> Iterator[tuple[str, str]]:
    """What the properties of a signature end with, and what they hold (cursive's)."""
    yield "", stated_signature.value
    yield "_hash_method", stated_signature.hash
    yield "_key_type", stated_signature.key
    yield "_certificate_uuid", stated_signature.certificate


def system_of(stated_system: str) -> tuple[str, str]:
    """Distribution and version of `ubuntu-24.04`; the version is empty where none is stated."""
    name, _, version = stated_system.rpartition("-")
    return (name, version) if name and version[:1].isdigit() else (stated_system, "")


def fetched_name(label: str, image: Image) -> str:
    """The name under which a fetched file is kept."""
    return f"{label}.{image.format}"
