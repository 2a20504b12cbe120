"""Hints for names that stand in the wrong block, or that other tools have for what is meant.

An exact name that another block of the same kind has is worth more than a similar one that is no
better than a guess. The table of synonyms is kept short: words of OpenStack, Kubernetes, libvirt
and StarlingX that a blueprint has another word for.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from blueprint import typesys as ts
from blueprint.diagnostics import nearest
from blueprint.shape import KINDS, Field, Shape, fields_of
from blueprint.syntax import ast

#: Tools that read `tool`, by the kind that it stands in: examples, since a target of anybody's may read its own.
_TOOLS = {
    "OpenStack": ("kolla_ansible", "openstack_helm"),
    "Kubernetes": ("kubespray", "magnum"),
    "StarlingX": ("starlingx",),
}
#: What is meant by a name, by the block that has no such name.
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "Hosts": {
        "cpu": "cores",
        "cpus": "cores",
        "numa": "cores",
        "isolated_cores": "cores",
        "isolcpus": "cores",
        "reserved_cores": "cores",
        "ram": "memory",
        "interface": "port",
        "nic": "port",
        "image": "os",
        "ipmi": "bmc",
        "bonding": "bond",
    },
    "HostCores": {"reserved": "platform", "host": "platform", "dpdk": "vswitch"},
    "HostMemory": {"reserved": "platform", "pages": "hugepages", "huge_pages": "hugepages"},
    "Hardware": {"ram": "memory", "cpus": "cpu", "storage": "disk", "interface": "nic"},
    "Flavor": {
        "memory": "ram",
        "mem": "ram",
        "cpu": "vcpus",
        "cpus": "vcpus",
        "cores": "vcpus",
        "root": "disk",
        "numa": "numa_nodes",
        "pinning": "cpu_policy",
    },
    "Network": {"subnet": "cidr", "vlan_id": "vlan", "tag": "vlan", "gw": "gateway"},
    "Bond": {"interfaces": "ports", "members": "ports", "slaves": "ports"},
    "Port": {"queues": "rx_queues"},
    "StarlingX": {
        "system_mode": "config",
        "mode": "config",
        "system_controller": "of",
        "filesystem": "filesystems",
        "ptp": "ptp_instance",
        "kubernetes_version": "kubernetes",
        "vswitch_type": "vswitch",
        "systemcontroller_gateway": "system_controller_gateway",
    },
    "PlatformNetworks": {
        "management": "mgmt",
        "external_oam": "oam",
        "cluster": "cluster_host",
        "pxe": "pxeboot",
    },
    "Kubernetes": {
        "attachment": "secondary_network",
        "container_runtime": "container_engine",
        "cri": "container_engine",
        "control_plane": "control",
        "ingress": "gateway",
        "masters": "control",
        "multus": "secondary_network",
        "network_plugin": "cni",
        "pod_cidr": "pods",
        "service_cidr": "services",
        "workers": "pool",
    },
    "Sriov": {"numvfs": "vfs", "num_vfs": "vfs", "count": "vfs"},
}
#: Places to name at most: beyond, a name is so common that its other places tell nothing.
_PLACES = 3
#: From here on a similar name is a slip of the fingers, whatever else there is.
_SLIP = 0.85
#: How the label of a block is written, where it is not just a name.
_LABELS = {
    "port": "nic.…[0]",
    "hugepages": "1 GiB",
    "config": '"file"',
    "rack": "r[1]",
}


def hint_for(kind: str, here: Shape, name: str) -> tuple[str | None, str | None]:
    """A hint about a name that a block lacks, better than a similar name, and the name of the block that is meant."""
    known = fields_of(here)
    near = nearest(name, known)
    if near is not None and SequenceMatcher(None, name.lower(), near).ratio() >= _SLIP:
        return None, near
    places = _places(here, name) or _places(KINDS[kind], name)
    if 0 < len(places) <= _PLACES:
        return f"`{name}` belongs in " + " or ".join(f"`{place}`" for place in places), near
    meant = SYNONYMS.get(here.name, {}).get(name)
    if meant is not None and meant in known:
        return f"write `{written(known[meant])}`", meant
    owners = [other for other, shape in KINDS.items() if name in fields_of(shape)]
    if near is None and len(owners) == 1 and owners[0] != kind:
        return f"`{name}` belongs in `{owners[0]} name {{ }}`", None
    return None, near


def written(spec: Field) -> str:
    """How an attribute or a block begins: `cores { … }`, `ram = …`."""
    return f"{spec.name} = …" if spec.form == "attribute" else f"{_head(spec)} {{ … }}"


def as_block(spec: Field, value: ast.Expr) -> str:
    """A block in the place of an attribute of the same name: `hugepages 1 GiB { count = 64 }`."""
    count = fields_of(spec.block[0]).get("count") if spec.block else None
    is_number = isinstance(value, ast.LiteralExpr) and type(value.value) is int
    if count is None or count.type != ts.INT or not is_number:
        return written(spec)
    return written(spec).replace("{ … }", f"{{ count = {value.span.text} }}")


def labelled_as(here: Shape, spec: Field) -> str:
    """How a block that needs a label is written: `hugepages 1 GiB { … }`, `tool kolla_ansible { … }`."""
    if spec.name == "tool" and here.name in _TOOLS:
        return " or ".join(f"`tool {tool} {{ … }}`" for tool in _TOOLS[here.name])
    return f"`{written(spec)}`"


def _head(spec: Field) -> str:
    """What stands before the brace of a block."""
    if spec.form == "block":
        return spec.name
    return f"{spec.name} {next(iter(spec.choices), '') or _LABELS.get(spec.name, 'name')}"


def _places(start: Shape, name: str) -> list[str]:
    """The blocks in one that have a name, as they are written; only those nearest to it."""
    layer: list[tuple[tuple[str, ...], Shape]] = [((), start)]
    seen = {start.name}
    while layer:
        layer = [
            ((*path, _head(spec)), block)
            for path, shape in layer
            for spec in fields_of(shape).values()
            for block in spec.block
            if block.name not in seen
        ]
        seen |= {block.name for _, block in layer}
        found = [path for path, shape in layer if name in fields_of(shape)]
        if found:
            return [" { ".join(path) + " { }" + " }" * (len(path) - 1) for path in found]
    return []
