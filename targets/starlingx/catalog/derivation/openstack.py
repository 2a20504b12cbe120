"""What the OpenStack application of the platform asks of hosts and of Kubernetes."""

from __future__ import annotations

from typing import Any

from targets._derivation.ansible_text import ansible_yaml

from .constants import constants
from .tree import Tree

_CONSTANTS = "python3-k8sapp-openstack/k8sapp_openstack/k8sapp_openstack/common/constants.py"
_METADATA = "stx-openstack-helm-fluxcd/stx-openstack-helm-fluxcd/files/metadata.yaml"
PARTS = (_CONSTANTS, _METADATA)


def document(tree: Tree) -> dict[str, Any]:
    """All of the catalogue that the application gives.

    `vswitch_labels` are the sets of labels of which every compute host has to carry the same one; `none`
    stands for the label's absence. Releases before 11.0 state no such sets.
    """
    known = constants(tree.texts[_CONSTANTS])
    supported = ansible_yaml(tree.texts[_METADATA])["supported_k8s_version"]
    return {
        "minimum_kubernetes": str(supported["minimum"]),
        "vswitch_labels": [sorted(each) for each in known.get("VSWITCH_ALLOWED_COMBINATIONS", ())],
    }
