"""What makes a cluster a manager of others on OpenStack: Cluster API and its provider, in pinned releases.

Cluster API's own page on versions says which clusters it makes: 1.13 makes those of 1.30 to 1.36, and runs
on 1.32 to 1.36. Its provider for OpenStack is the newest of the line that was built for it, and Magnum's
driver is tested with the same two lines.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

CLUSTER_API = "v1.13.5"
OPENSTACK_PROVIDER = "v0.14.7"
#: OpenStack Resource Controller, whose API the OpenStack provider was built with.
RESOURCE_CONTROLLER = "v2.4.0"
_ORC = "https://github.com/k-orc/openstack-resource-controller/releases/download"

#: Minor versions of clusters that are made, and of managers.
WORKLOADS = ((1, 30), (1, 36))
MANAGERS = ((1, 32), (1, 36))


def beginning() -> Iterator[str]:
    """The lines that a script for a manager begins with, and those that give it Cluster API itself."""
    version = CLUSTER_API
    yield "#!/bin/sh"
    yield "# Gives a manager Cluster API and its providers, once; safe to run again."
    yield "set -eu"
    yield ': "${KUBECONFIG:?must name the kubeconfig of the manager}"'
    yield 'cd "$(dirname "$0")"'
    yield ""
    yield "# What stands already is left: its upgrades are a matter of their own."
    yield 'has() { kubectl get deployment "$2" --namespace "$1" >/dev/null 2>&1; }'
    yield ""
    yield "export CLUSTER_TOPOLOGY=true EXP_KUBEADM_BOOTSTRAP_FORMAT_IGNITION=true"
    yield "if ! has capi-system capi-controller-manager; then"
    yield (
        f"  clusterctl init --core cluster-api:{version} --bootstrap kubeadm:{version} "
        f"--control-plane kubeadm:{version}"
    )
    yield "fi"


def openstack() -> Iterator[str]:
    """The lines that give a manager the provider for OpenStack."""
    url = f"{_ORC}/{RESOURCE_CONTROLLER}/install.yaml"
    yield f"kubectl apply --server-side --filename {shlex.quote(url)}"
    yield "if ! has capo-system capo-controller-manager; then"
    yield f"  clusterctl init --infrastructure openstack:{OPENSTACK_PROVIDER}"
    yield "fi"
    yield "kubectl wait deployment --all --for=condition=Available --namespace capo-system --timeout=10m"
