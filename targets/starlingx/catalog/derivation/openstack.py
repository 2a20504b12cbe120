"""What the OpenStack application of the platform asks of hosts and of Kubernetes, and the charts that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targets._derivation.ansible_text import ansible_yaml

from .constants import constants
from .tree import Tree

_CONSTANTS = "python3-k8sapp-openstack/k8sapp_openstack/k8sapp_openstack/common/constants.py"
_APPLICATION = "stx-openstack-helm-fluxcd/stx-openstack-helm-fluxcd"
_METADATA = f"{_APPLICATION}/files/metadata.yaml"
_MANIFESTS = f"{_APPLICATION}/manifests"
PARTS = (_CONSTANTS, _METADATA, _MANIFESTS)
_STATIC = "-static-overrides.yaml"


def document(tree: Tree) -> dict[str, Any]:
    """All of the catalogue that the application gives.

    `vswitch_labels` are the sets of labels of which every compute host has to carry the same one; `none`
    stands for the label's absence. Releases before 11.0 state no such sets. `charts` are those of the application:
    whether each is installed unasked, and what its values hold, two levels deep.
    """
    known = constants(tree.texts[_CONSTANTS])
    metadata = ansible_yaml(tree.texts[_METADATA])
    return {
        "charts": _charts(tree, frozenset(metadata["disabled_charts"])),
        "minimum_kubernetes": str(metadata["supported_k8s_version"]["minimum"]),
        "vswitch_labels": [sorted(each) for each in known.get("VSWITCH_ALLOWED_COMBINATIONS", ())],
    }


def _charts(tree: Tree, disabled: frozenset[str]) -> dict[str, Any]:
    found = {}
    for path in tree.below(f"{_MANIFESTS}/"):
        if path.endswith(_STATIC):
            name = path.split("/")[-2]
            values = ansible_yaml(tree.texts[path]) or {}
            found[name] = {"installed": name not in disabled, "values": _values(values)}
    return found


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        str(name): {str(inner): _sort(value) for inner, value in below.items()}
        if isinstance(below, Mapping)
        else _sort(below)
        for name, below in values.items()
    }


def _sort(value: Any) -> str:
    """What a value is, in a word; `any` where the chart leaves it open."""
    if isinstance(value, Mapping):
        return "map"
    if isinstance(value, list):
        return "list"
    if isinstance(value, bool):
        return "bool"
    return "any"
