"""Plans flavors: their sizes in the units of Nova's API, and the extra specs that follow from their attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.baremetal import Node, placement_class
from blueprint.model.openstack_resources import Flavor
from blueprint.target import Cause
from blueprint.values import Size
from targets._formats.page import Traced
from targets.openstack_resources.aggregates import CHOSEN
from targets.openstack_resources.catalog import written
from targets.openstack_resources.region import Region, traced

#: Resources of guests, which flavors of bare metal ask for none of: a node is given out whole.
_OF_GUESTS = ("VCPU", "MEMORY_MB", "DISK_GB")


def flavors(region: Region) -> dict[str, Any]:
    """The flavors by name."""
    if not region.runs("nova"):
        return {}
    return {
        label: Traced(_flavor(region, label, flavor), region.stated("a flavor", "flavor", label))
        for label, flavor in region.layer.flavor.items()
    }


def _flavor(region: Region, label: str, flavor: Flavor) -> dict[str, Any]:
    def field(name: str) -> str:
        return region.path("flavor", label, name)

    found = dict(_metal(region, label) if flavor.baremetal else _guest(region, label, flavor))
    for name, unit in (("disk", "GiB"), ("ephemeral", "GiB"), ("swap", "MiB")):
        size: Size = getattr(flavor, name)
        found[name] = traced(size.in_unit(unit), f"its size in {unit}", field(name))
    rule = "whether all projects may use it: those that are named, else all"
    found["is_public"] = traced(not flavor.projects, rule, field("projects"))
    if flavor.projects:
        users = [ref.label for ref in flavor.projects]
        found["projects"] = traced(users, "the projects that may use it", field("projects"))
    specs = {name: Traced(value, cause) for name, value, cause in extra_specs(region, label)}
    return {**found, "extra_specs": specs}


def _guest(region: Region, label: str, flavor: Flavor) -> Iterator[tuple[str, Traced]]:
    path = region.path("flavor", label)
    yield "vcpus", traced(flavor.vcpus or 1, "virtual processors", f"{path}.vcpus")
    ram = Size.of(1, "MiB") if flavor.ram is None else flavor.ram
    yield "ram", traced(ram.in_unit("MiB"), "memory in MiB", f"{path}.ram")


def _metal(region: Region, label: str) -> Iterator[tuple[str, Traced]]:
    """Processors and memory of the servers, which users see and quotas count."""
    wanted = region.class_of(label)
    node: Node | None = next((n for n in region.nodes if n.resource_class == wanted), None)
    paths = [region.path("flavor", label, "baremetal")]
    cpus, memory = 1, 1
    if node is not None:
        cpus, memory = node.properties.cpus, node.properties.memory_mb
        hardware = node.host.spec.hardware
        paths += [f"{hardware}.cpu", f"{hardware}.memory", f"{node.host.group}.hardware"]
    yield "vcpus", traced(cpus, "processors of the servers, which quotas count", *paths)
    yield "ram", traced(memory, "memory of the servers in MiB, which quotas count", *paths)


def extra_specs(region: Region, label: str) -> Iterator[tuple[str, str, Cause]]:
    """The extra specs of a flavor: those that follow from its attributes, then those that it states."""
    flavor = region.layer.flavor[label]

    def because(rule: str, name: str) -> Cause:
        return Cause(rule, (region.path("flavor", label, name),))

    if flavor.cpu_policy is not None:
        yield (
            "hw:cpu_policy",
            flavor.cpu_policy,
            because("whether processors are pinned", "cpu_policy"),
        )
    if flavor.cpu_threads is not None:
        rule = "whether pinned processors share cores"
        yield "hw:cpu_thread_policy", flavor.cpu_threads, because(rule, "cpu_threads")
    if flavor.hugepages is not None:
        pages = because("the pages that memory is made of", "hugepages")
        yield "hw:mem_page_size", page_size(flavor.hugepages), pages
    if flavor.numa_nodes is not None:
        nodes = because("NUMA nodes that the guest sees", "numa_nodes")
        yield "hw:numa_nodes", str(flavor.numa_nodes), nodes
    if flavor.memory_encryption:
        rule = "the processor encrypts the guest's memory"
        yield "hw:mem_encryption", "true", because(rule, "memory_encryption")
    if flavor.devices:
        listed = ",".join(f"{name}:{count}" for name, count in flavor.devices.items())
        yield "pci_passthrough:alias", listed, because("devices that a guest is given", "devices")
    if flavor.vgpus:
        yield "resources:VGPU", str(flavor.vgpus), because("shares of graphics processors", "vgpus")
    if flavor.baremetal:
        yield from _whole_servers(region, label)
    for trait in flavor.traits:
        yield f"trait:{trait}", "required", because("a trait that hosts must have", "traits")
    if flavor.aggregate is not None:
        name = flavor.aggregate.label
        chosen = because("the aggregate whose hosts it runs on", "aggregate")
        yield f"aggregate_instance_extra_specs:{name}", CHOSEN, chosen
    for name, value in flavor.extra_specs.items():
        yield name, written(value), because("an extra spec of its own", "extra_specs")


def _whole_servers(region: Region, label: str) -> Iterator[tuple[str, str, Cause]]:
    wanted = region.class_of(label)
    paths = (region.path("flavor", label, "baremetal"), region.path("ironic", "nodes"))
    if wanted is not None:
        one = Cause("one server of the class that the nodes are of", paths)
        yield f"resources:{placement_class(wanted)}", "1", one
    for resource in _OF_GUESTS:
        none = Cause("nothing of what guests share: a server is given out whole", paths)
        yield f"resources:{resource}", "0", none


def page_size(size: Size) -> str:
    """A size of pages as Nova reads it: its `GB` and `MB` are powers of two, its bare number is KiB."""
    for unit in ("GiB", "MiB"):
        amount = size.in_unit(unit)
        if isinstance(amount, int):
            return f"{amount}{unit.replace('i', '')}"
    return str(size.in_unit("KiB"))
