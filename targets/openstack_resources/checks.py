"""Checks what a region offers against what its APIs know, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model
from blueprint.spans import Spans
from blueprint.values import FileRef, Ref, Size
from targets.openstack_resources import limits
from targets.openstack_resources.identity import QUOTAS, domain_of
from targets.openstack_resources.networks import networks_of
from targets.openstack_resources.region import Region
from targets.openstack_resources.vocabulary import extra_specs, properties, traits

Check = Callable[[Region, Spans], Iterator[Diagnostic]]

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._ -]*[A-Za-z0-9._-])?").fullmatch
_NAMED = "letters, digits, `.`, `_`, `-` and spaces between them, a letter or a digit first"
_TAG = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,255}").fullmatch
_PLAIN = re.compile(r"[\x20-\x7e]{0,255}").fullmatch
_SYSTEM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254})").fullmatch
_VERSION = re.compile(r"v?[0-9]+(?:\.[0-9]+){1,2}(?:[-+][A-Za-z0-9.+-]+)?").fullmatch
_URL = re.compile(r"https?://[A-Za-z0-9\[][^\s\"'<>\\^`{|}]*").fullmatch
#: Characters of a name: Keystone's limit for projects and domains, everybody else's for the rest.
_LONGEST, _LONGEST_PROJECT = 255, 64


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with what a region offers."""
    region = Region(layer, model)
    checks: tuple[Check, ...] = (
        _names, _texts, _clashes, _services, _sizes, _images, _segments, extra_specs, properties,
        traits,
    )  # fmt: skip
    return tuple(found for subject in checks for found in subject(region, spans))


def _names(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    layer = region.layer
    kinds: tuple[tuple[str, str, Iterable[str], int], ...] = (
        ("project", "the name of a project", layer.project, _LONGEST_PROJECT),
        ("aggregate", "the name of an aggregate", layer.aggregate, _LONGEST),
        ("flavor", "the name of a flavor", layer.flavor, _LONGEST),
        ("image", "the name of an image", layer.image, _LONGEST),
        ("volume_type", "the name of a kind of volumes", layer.volume_type, _LONGEST),
        # The names of subnets are these with `-subnet6` behind.
        ("external_network", "the name of a network", layer.external_network, _LONGEST - 8),
        ("provider_network", "the name of a network", layer.provider_network, _LONGEST - 8),
    )
    for field, what, labels, longest in kinds:
        for label in labels:
            if not _NAME(label) or len(label) > longest:
                span = spans.key(region.ref, field, label)
                yield limits.unusable_name(span, what, label, f"{_NAMED}, at most {longest}")
    for label, project in layer.project.items():
        if not _NAME(project.domain) or len(project.domain) > _LONGEST_PROJECT:
            span = spans.at(region.ref, "project", label, "domain")
            wanted = f"{_NAMED}, at most {_LONGEST_PROJECT}"
            yield limits.unusable_name(span, "the name of a domain", project.domain, wanted)


def _texts(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """Texts that services keep or that become names of files."""
    for label, image in region.layer.image.items():
        for position, tag in enumerate(image.tags):
            if not _TAG(tag):
                span = spans.at(region.ref, "image", label, "tags", position)
                wanted = "printable characters without spaces and commas, at most 255"
                yield limits.unusable_name(span, "a tag of an image", tag, wanted)
        if image.os is not None and not _SYSTEM(image.os):
            span = spans.at(region.ref, "image", label, "os")
            wanted = "a distribution and its version, such as `ubuntu-24.04`"
            yield limits.unusable_name(span, "the system of an image", image.os, wanted)
        if image.kubernetes is not None and not _VERSION(image.kubernetes):
            span = spans.at(region.ref, "image", label, "kubernetes")
            wanted = "a version such as `1.33.4`"
            yield limits.unusable_name(span, "a version of Kubernetes", image.kubernetes, wanted)
        for name, value in image.properties.items():
            if isinstance(value, str) and not _PLAIN(value):
                span = spans.at(region.ref, "image", label, "properties", name)
                wanted = "printable ASCII characters, at most 255"
                yield limits.unusable_name(span, "the value of a property", value, wanted)
    for label, flavor in region.layer.flavor.items():
        for name, value in flavor.extra_specs.items():
            if isinstance(value, str) and not _PLAIN(value):
                span = spans.at(region.ref, "flavor", label, "extra_specs", name)
                wanted = "printable ASCII characters, at most 255"
                yield limits.unusable_name(span, "the value of an extra spec", value, wanted)
    for label, kind in region.layer.volume_type.items():
        for name, value in kind.extra_specs.items():
            if not _PLAIN(name) or (isinstance(value, str) and not _PLAIN(value)):
                span = spans.key(region.ref, "volume_type", label, "extra_specs", name)
                wanted = "printable ASCII characters, at most 255"
                yield limits.unusable_name(
                    span, "a property of a kind of volumes", f"{name}={value}", wanted
                )
    for label, aggregate in region.layer.aggregate.items():
        for key, value in aggregate.metadata.items():
            if not key or not _PLAIN(key) or not _PLAIN(value):
                span = spans.key(region.ref, "aggregate", label, "metadata", key)
                wanted = "printable ASCII characters, at most 255"
                yield limits.unusable_name(
                    span, "a property of an aggregate", f"{key}={value}", wanted
                )
            elif key.lower() == label.lower():
                span = spans.key(region.ref, "aggregate", label, "metadata", key)
                yield limits.derived_metadata(span, key, label, "flavors find the aggregate by it")
            elif key == "availability_zone":
                span = spans.key(region.ref, "aggregate", label, "metadata", key)
                reason = "zones come from the racks of the site"
                yield limits.derived_metadata(span, key, label, reason)


def _clashes(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    layer, ref = region.layer, region.ref
    taken: dict[tuple[str, str], tuple[str, tuple[str, tuple[str, ...]]]] = {}
    named: list[tuple[str, str, str, str, tuple[str, ...]]] = []
    for zone, name in region.zones.items():
        place, site = zone.name, zone[: zone.rindex(".zone.")]
        taken["aggregate", name.lower()] = ("an availability zone", (site, ("zone", place)))
    named += [
        ("aggregate", "aggregate", x, "another aggregate", ("aggregate", x))
        for x in layer.aggregate
    ]
    named += [("flavor", "flavor", x, "another flavor", ("flavor", x)) for x in layer.flavor]
    named += [
        (
            f"project of {domain_of(each.domain).lower()}",
            "project",
            x,
            "another project",
            ("project", x),
        )
        for x, each in layer.project.items()
    ]
    named += [
        ("network", kind.replace("_", " "), x, "another network", (kind, x))
        for kind, x, _ in networks_of(region)
    ]
    for space, what, name, other, path in named:
        known = taken.setdefault((space, name.lower()), (other, (ref, path)))
        if known != (other, (ref, path)):
            words, (owner, where) = known
            yield limits.names_clash(
                spans.key(ref, *path), what, name, words, spans.key(owner, *where)
            )


def _services(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    layer, ref = region.layer, region.ref
    services = spans.at(ref, "services")
    fields: tuple[tuple[str, str, str, Iterable[str]], ...] = (
        ("aggregate", "an aggregate", "nova", layer.aggregate),
        ("flavor", "a flavor", "nova", layer.flavor),
        ("image", "an image", "glance", layer.image),
        ("volume_type", "a kind of volumes", "cinder", layer.volume_type),
        ("external_network", "an external network", "neutron", layer.external_network),
        ("provider_network", "a provider network", "neutron", layer.provider_network),
    )
    for field, what, service, labels in fields:
        first = next(iter(labels), None)
        if first is not None and not region.runs(service):
            span = spans.key(ref, field, first)
            yield limits.object_of_absent_service(span, what, service, services)
    for label, flavor in layer.flavor.items():
        if flavor.baremetal and region.runs("nova") and not region.runs("ironic"):
            span = spans.at(ref, "flavor", label, "baremetal")
            yield limits.object_of_absent_service(span, "bare metal", "ironic", services)
    for label, project in layer.project.items():
        for field, counted in QUOTAS.items():
            if getattr(project.quota, field) is not None and not region.runs(counted.service):
                span = spans.at(ref, "project", label, "quota", field)
                what = f"a quota of `{field}`"
                yield limits.object_of_absent_service(span, what, counted.service, services)


def _sizes(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    for path, what, size, unit in _counted(region):
        if isinstance(size, Size) and not isinstance(size.in_unit(unit), int):
            above = int(size.in_unit(unit)) + 1
            yield limits.size_not_whole(spans.at(region.ref, *path), what, str(size), unit, above)


def _counted(region: Region) -> Iterator[tuple[tuple[str, ...], str, Any, str]]:
    layer = region.layer
    for label, flavor in layer.flavor.items():
        for field, unit in (("disk", "GiB"), ("ephemeral", "GiB"), ("swap", "MiB")):
            yield ("flavor", label, field), f"`{field}` of a flavor", getattr(flavor, field), unit
    for label, image in layer.image.items():
        for field, unit in (("min_disk", "GiB"), ("min_ram", "MiB")):
            yield ("image", label, field), f"`{field}` of an image", getattr(image, field), unit
    for label, project in layer.project.items():
        for field, counted in QUOTAS.items():
            if counted.unit is not None:
                path = ("project", label, "quota", field)
                yield path, f"a quota of `{field}`", getattr(project.quota, field), counted.unit


def _images(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    for label, image in region.layer.image.items():
        if not isinstance(image.file, FileRef) and not _URL(image.file):
            span = spans.at(region.ref, "image", label, "file")
            yield limits.image_from_nowhere(span, label, image.file)
        if image.kubernetes is not None and image.os is None:
            span = spans.at(region.ref, "image", label, "kubernetes")
            yield limits.kubernetes_image_without_system(span, label)


def _segments(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    for kind, label, given in networks_of(region):
        segments = region.networks[given.network].segment
        if segments:
            span = spans.at(region.ref, kind, label, "network")
            where = spans.at(given.network, "segment", next(iter(segments)))
            yield limits.routed_network(span, f"{kind}.{label}", given.network, where)
