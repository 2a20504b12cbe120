"""Judges extra specs, properties of images and traits by what the release knows of them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model.openstack_resources import Flavor
from blueprint.spans import Spans
from targets.openstack_resources import limits
from targets.openstack_resources.catalog import vocabulary, written
from targets.openstack_resources.catalog.releases import RELEASES
from targets.openstack_resources.region import Region

#: Extra specs that attributes of a flavor say, and which.
_SPECS = {
    "hw:cpu_thread_policy": "`cpu_threads`",
    "hw:mem_encryption": "`memory_encryption`",
    "hw:numa_nodes": "`numa_nodes`",
    "pci_passthrough:alias": "`devices`",
    "resources:VGPU": "`vgpus`",
}
#: Values of extra specs that the attribute can't say.
_ONLY_AS_SPEC = {"hw:cpu_policy": {"mixed"}, "hw:mem_page_size": {"small", "large", "any"}}
_OR_AS_ATTRIBUTE = {"hw:cpu_policy": "cpu_policy", "hw:mem_page_size": "hugepages"}
#: Properties that attributes of an image say, and which.
_PROPERTIES = {
    "architecture": "`arch`",
    "hw_architecture": "`arch`",
    "img_signature": "`signature`",
    "img_signature_certificate_uuid": "`signature`",
    "img_signature_hash_method": "`signature`",
    "img_signature_key_type": "`signature`",
    "kube_version": "`kubernetes`",
    "os_distro": "`os`",
    "os_version": "`os`",
}
_TRAIT, _AGGREGATE, _RESOURCE = "trait:", "aggregate_instance_extra_specs:", "resources:"


def extra_specs(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """Extra specs that Nova does not know, takes otherwise, or is told of by the flavor itself."""
    known = region.vocabulary
    for label, flavor in region.layer.flavor.items():
        for name, value in flavor.extra_specs.items():
            key = spans.key(region.ref, "flavor", label, "extra_specs", name)
            span = spans.at(region.ref, "flavor", label, "extra_specs", name)
            instead = _said_by(region, flavor, name, written(value))
            word = known.extra_spec(name)
            if instead is not None:
                yield limits.derived_extra_spec(key, name, instead)
            elif word is None:
                names = known.extra_spec_names
                others = [r for r in RELEASES if vocabulary(r).extra_spec(name) is not None]
                yield limits.unknown_extra_spec(key, name, known.release, names, others)
            elif (wanted := word.wanted(value)) is not None:
                yield limits.extra_spec_of_wrong_value(
                    span, name, written(value), wanted, word.choices
                )


def _said_by(region: Region, flavor: Flavor, name: str, value: str) -> str | None:
    """The attribute that says an extra spec, or None where none does."""
    if name in _SPECS:
        return _SPECS[name]
    if name in _ONLY_AS_SPEC:
        field = _OR_AS_ATTRIBUTE[name]
        is_free = getattr(flavor, field) is None and value in _ONLY_AS_SPEC[name]
        return None if is_free else f"`{field}`"
    if name.startswith(_TRAIT):
        trait = name.removeprefix(_TRAIT)
        return "`traits`" if value == "required" or trait in flavor.traits else None
    if name.startswith(_AGGREGATE) and name.removeprefix(_AGGREGATE) in region.layer.aggregate:
        return "`aggregate`"
    return "`baremetal`" if flavor.baremetal and name.startswith(_RESOURCE) else None


def properties(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """Properties that no service knows, takes otherwise, or is told of by the image itself."""
    known = region.vocabulary
    for label, image in region.layer.image.items():
        for name, value in image.properties.items():
            key = spans.key(region.ref, "image", label, "properties", name)
            span = spans.at(region.ref, "image", label, "properties", name)
            word = known.image_property(name)
            if name in _PROPERTIES:
                yield limits.derived_image_property(key, name, _PROPERTIES[name])
            elif word is None:
                names = known.image_property_names
                others = [r for r in RELEASES if vocabulary(r).image_property(name) is not None]
                yield limits.unknown_image_property(key, name, known.release, names, others)
            elif (wanted := word.wanted(value)) is not None:
                yield limits.image_property_of_wrong_value(
                    span, name, written(value), wanted, word.choices
                )


def traits(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """Traits of aggregates and flavors that are neither standard nor of one's own."""
    known = region.vocabulary
    named = [("aggregate", label, each.traits) for label, each in region.layer.aggregate.items()]
    named += [("flavor", label, each.traits) for label, each in region.layer.flavor.items()]
    for field, label, listed in named:
        for position, trait in enumerate(listed):
            if not known.is_trait(trait):
                span = spans.at(region.ref, field, label, "traits", position)
                yield limits.unknown_trait(span, trait, known.release, sorted(known.traits))
