"""The closed vocabularies of the platform's own inventory service (sysinv): words, labels, sizes, factors."""

from __future__ import annotations

import re
from typing import Any

from .constants import constants
from .tree import Tree

CONSTANTS = "sysinv/sysinv/sysinv/sysinv/common/constants.py"
PARTS = (CONSTANTS,)
#: Word of the catalogue -> the constant that lists it.
_LISTS = {
    "aggregation_modes": "VALID_AEMODE_LIST",
    "ceph_replication": "CEPH_REPLICATION_FACTOR_SUPPORTED",
    "ceph_replication_aio_duplex": "CEPH_CONTROLLER_MODEL_REPLICATION_SUPPORTED",
    "ceph_replication_aio_simplex": "AIO_SX_CEPH_REPLICATION_FACTOR_SUPPORTED",
    "controller_filesystems": "SUPPORTED_REPLICATED_FILEYSTEM_LIST",
    "cpu_functions": "CPU_FUNCTIONS",
    "cpu_manager_policies": "KUBE_CPU_MEMORY_MANAGER_VALUES",
    "dpll_sections": "PTP_INSTANCE_TYPE_DPLL_MGR_SUPPORTED_SECTIONS",
    "filesystems_created_on_demand": "HOSTFS_CREATION_ALLOWED",
    "kernels": "SUPPORTED_KERNELS",
    "memory_manager_policies": "KUBE_CPU_MEMORY_MANAGER_VALUES",
    "personalities": "PERSONALITIES",
    "platform_networks": "PLATFORM_NETWORK_TYPES",
    "primary_reselection": "VALID_PRIMARY_RESELECT_LIST",
    "rook_deployments": "CEPH_ROOK_DEPLOYMENTS_SUPPORTED",
    "rook_failure_domains": "CEPH_ROOK_FAILURE_DOMAINS_SUPPORTED",
    "sriov_drivers": "SRIOV_DRIVER_TYPES",
    "storage_backends": "SB_SUPPORTED",
    "synce_monitoring": "PTP_INSTANCE_TYPE_SYNCE4L_MONITORING_PARAMETERS",
    "topology_manager_policies": "KUBE_TOPOLOGY_MANAGER_VALUES",
    "volume_groups": "LVG_ALLOWED_VGS",
    "vxlan_modes": "DATANETWORK_VXLAN_MODES",
}
#: Word of the catalogue -> the constants whose values are its words.
_FAMILIES = {
    "data_networks": re.compile(r"^DATANETWORK_TYPE_(?!NONE)"),
    "interface_classes": re.compile(r"^INTERFACE_CLASS_"),
    "interface_types": re.compile(r"^INTERFACE_TYPE_"),
    "network_types": re.compile(r"^NETWORK_TYPE_"),
    "ptp_services": re.compile(r"^PTP_INSTANCE_TYPE_[A-Z0-9_]+$(?<!_SECTIONS)(?<!_PARAMETERS)"),
    "stor_functions": re.compile(r"^STOR_FUNCTION_"),
    "vswitch_types": re.compile(r"^VSWITCH_TYPE_"),
}
_LABEL = re.compile(r"^(?:[A-Z]+_)*LABEL$")
_LABEL_TEXT = re.compile(r"^[a-z][a-z0-9._/-]*(?:=[a-z]+)?$")
#: Label -> the constants that list its values, by any of the names that releases give them.
_LABEL_VALUES = {
    "kube-cpu-mgr-policy": ("KUBE_CPU_MEMORY_MANAGER_VALUES", "KUBE_CPU_MANAGER_VALUES"),
    "kube-memory-mgr-policy": ("KUBE_CPU_MEMORY_MANAGER_VALUES",),
    "kube-topology-mgr-policy": ("KUBE_TOPOLOGY_MANAGER_VALUES",),
    "starlingx.io/stalld": ("VALID_STALLD_VALUES",),
    "starlingx.io/stalld_cpu_functions": ("VALID_STALLD_CPU_FUNCTION_VALUES",),
}
#: Labels of constants that are no labels of hosts.
_NOT_OF_HOSTS = frozenset({"helm-controller", "host-label-assign", "source-controller"})
_SIZES = re.compile(
    r"^(?:DEFAULT_|TINY_)?[A-Z_]*(?:STOR_SIZE|DISK_SIZE)$|^SB_CEPH_MON_GIB|^IMAGE_CONVERSION_SIZE$"
)
_NUMBERS = (
    "CEPH_REPLICATION_FACTOR_DEFAULT", "AIO_SX_CEPH_REPLICATION_FACTOR_DEFAULT", "DEFAULT_MTU",
    "FILESYSTEM_CEPH_MONITOR_MAX", "VXLAN_MTU_OVERHEAD", "CEPH_TARGET_PGS_PER_OSD",
)  # fmt: skip


def document(tree: Tree) -> dict[str, Any]:
    """All of the catalogue that the inventory service gives."""
    known = constants(tree.texts[CONSTANTS])
    words = {word: known[name] for word, name in _LISTS.items() if name in known}
    words |= {
        word: sorted(
            {each for name, each in known.items() if form.match(name) and isinstance(each, str)}
        )
        for word, form in _FAMILIES.items()
    }
    supported = known.get("FILESYSTEM_HOSTS_SUPPORTED_LIST_DICT", {})
    return {
        "host_filesystems": supported,
        "labels": _labels(known),
        "minimum_replication": {
            str(replicas): least for replicas, least in known["CEPH_REPLICATION_MAP_SUPPORTED"].items()
        },
        "numbers": {name.lower(): known[name] for name in _NUMBERS if name in known},
        "sizes_gib": {
            name.lower(): each for name, each in known.items()
            if _SIZES.match(name) and isinstance(each, int)
        },
        "words": words,
    }  # fmt: skip


def _labels(known: dict[str, Any]) -> dict[str, list[str]]:
    """Labels of hosts by key, with the values that the platform takes."""
    found: dict[str, list[str]] = {}
    for name, text in known.items():
        if not isinstance(text, str) or not _LABEL_TEXT.match(text) or text in _NOT_OF_HOSTS:
            continue
        if _LABEL.match(name) or name.startswith("LABEL_STALLD"):
            key, _, value = text.partition("=")
            lists = [known[each] for each in _LABEL_VALUES.get(key, ()) if each in known]
            values = lists[0] if lists else ["enabled"]
            found.setdefault(key, []).extend([value] if value else values)
    return {key: sorted(set(values)) for key, values in sorted(found.items())}
