"""PCI devices that Nova gives to guests: virtual functions of network cards, and devices given whole.

The only place that writes options of Nova's section `pci`: a list of one subject would take the
place of another's. Kolla-Ansible would write a list of its own for SR-IOV, under the option's old
name, which Nova adds to ours; it is told not to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Hardware
from blueprint.model.hardware import Accelerator
from blueprint.model.links import port_of
from blueprint.model.naming import physnet_names
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.subject import Files, Subject, Variables

COMPUTE_FILE = "nova/nova-compute.conf"
UNKNOWN_ADDRESS = Rule("OIB6070", "device-address-unknown")


def devices_of(cloud: Cloud, each: HostClass) -> Iterator[tuple[int, Ref, Accelerator]]:
    """The devices that hosts of a class give whole: place in `passthrough`, reference, what they are."""
    hardware = cloud.model.at(each.spec.hardware, Hardware)
    for position, ref in enumerate(each.spec.passthrough):
        found = (hardware.gpu if ref.kind == "gpu" else hardware.device).get(ref.name)
        if found is not None:
            yield position, ref, found


def device_specs(cloud: Cloud, each: HostClass) -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    """What Nova may take of the hosts of a class, and the fields that say so."""
    physnets = physnet_names(cloud.model)
    hardware = cloud.model.at(each.spec.hardware, Hardware)
    for label, port in each.spec.port.items():
        sriov, nic = port.sriov, Ref(label)
        physnet = None if sriov is None else sriov.physnet or port.physnet
        used = port_of(nic, hardware)
        if sriov is None or physnet is None or used is None:
            continue
        addresses = hardware.nic[nic.name].pci
        named = "pci" if addresses else "names"
        spec = (
            {"address": addresses[int(nic.key or 0)]} if addresses else {"devname": used.interface}
        )
        spec["physical_network"] = physnets[physnet]
        if sriov.trusted:
            spec["trusted"] = "true"
        block = f"{each.group}.port.{label}"
        paths = (f"{block}.sriov", f"{block}.physnet", f"{each.spec.hardware}.{nic.family}.{named}")
        yield spec, (*paths, str(physnet))
    for position, ref, device in devices_of(cloud, each):
        stated = (
            f"{each.group}.passthrough.{position}",
            f"{each.spec.hardware}.{ref.family}.model",
        )
        if ref.key is None:
            vendor, _, product = device.model.partition(":")
            yield {"vendor_id": vendor, "product_id": product}, stated
        else:
            path = f"{each.spec.hardware}.{ref.family}.pci"
            yield {"address": device.pci[int(ref.key)]}, (*stated, path)


def aliases(cloud: Cloud) -> Traced | None:
    """The names under which flavors ask for devices: those that the hardware gives them."""
    found: dict[str, tuple[dict[str, str], dict[str, None]]] = {}
    for each in cloud.classes_of("compute"):
        for position, ref, device in devices_of(cloud, each):
            vendor, _, product = device.model.partition(":")
            alias = {
                "vendor_id": vendor,
                "product_id": product,
                "device_type": "type-PF" if device.sriov else "type-PCI",
                "name": ref.name,
            }
            if cloud.layer.nova.device_affinity is not None:
                alias["numa_policy"] = cloud.layer.nova.device_affinity
            _, paths = found.setdefault(_json(alias), (alias, {}))
            paths[f"{each.group}.passthrough.{position}"] = None
            paths[f"{each.spec.hardware}.{ref.family}"] = None
    if not found:
        return None
    rule = "the names under which flavors ask for devices, the same for scheduler and computes"
    stated = [path for _, paths in found.values() for path in paths]
    fields = (*dict.fromkeys(stated), cloud.path("nova", "device_affinity"), cloud.path("compute"))
    return Traced(sorted(found), Cause(rule, fields))


def _files(cloud: Cloud) -> Files:
    alias = aliases(cloud) if "nova" in cloud.layer.services else None
    return {} if alias is None else {"nova.conf": {"pci": {"alias": alias}}}


def _class_files(cloud: Cloud, each: HostClass) -> Files:
    if "nova" not in cloud.layer.services or not cloud.has_role(each, "compute"):
        return {}
    specs = list(device_specs(cloud, each))
    if not specs:
        return {}
    rule = "the devices that guests of these hosts may be given"
    paths = dict.fromkeys(path for _, fields in specs for path in fields)
    cause = Cause(rule, (*paths, cloud.path("compute")))
    lines = list(dict.fromkeys(_json(spec) for spec, _ in specs))
    return {COMPUTE_FILE: {"pci": {"device_spec": Traced(lines, cause)}}}


def _variables(cloud: Cloud) -> Variables:
    if "nova" not in cloud.layer.services:
        return
    with_functions = [
        f"{each.group}.port.{label}.sriov"
        for each in cloud.classes_of("compute")
        for label, port in each.spec.port.items()
        if port.sriov is not None
    ]
    if with_functions:
        rule = "virtual functions are listed with all other devices, in `device_spec`"
        cause = Cause(rule, (*dict.fromkeys(with_functions), cloud.path("compute")))
        yield "nova_pci_passthrough_whitelist", Traced([], cause)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(", ", ": "))


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    reported: set[tuple[str, str]] = set()
    for each in cloud.classes_of("compute"):
        for position, ref, device in devices_of(cloud, each):
            if ref.key is None or int(ref.key) < len(device.pci) or (each.group, ref) in reported:
                continue
            reported.add((each.group, ref))
            span = spans.at(each.group, "passthrough", position)
            yield device_address_unknown(span, ref, each.spec.hardware)


def device_address_unknown(span: Span, device: str, hardware: str) -> Diagnostic:
    """One of several equal devices that nothing tells apart."""
    return Diagnostic(
        UNKNOWN_ADDRESS,
        span,
        f"nothing tells `{device}` apart from the others of its kind",
        hint=f"list `pci` addresses of the devices in `{hardware}`, or name all of them: `{Ref(device).family}`",
    )


SUBJECT = Subject(
    name="pci",
    variables=_variables,
    files=_files,
    class_files=_class_files,
    check=_check,
    rules=(UNKNOWN_ADDRESS,),
    derived_variables={"nova_pci_passthrough_whitelist": "`sriov` of the hosts' ports"},
    derived_options={
        ("nova", "pci", "alias"): "`passthrough` of the hosts",
        ("nova", "pci", "device_spec"): "`passthrough` of the hosts, `sriov` of their ports",
    },
)
