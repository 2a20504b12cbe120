"""Virtual functions that pods are given: which networks of a cluster use them, on which links, and who makes them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.kubernetes import Kubernetes
from blueprint.model.kubernetes_features import SecondaryNetwork
from blueprint.model.links import Link


def function_networks(cluster: Kubernetes, pool: str) -> Iterator[tuple[str, SecondaryNetwork]]:
    """The secondary networks that give pods of a pool virtual functions, by label."""
    for label, network in cluster.secondary_network.items():
        is_here = not network.pools or any(ref.name == pool for ref in network.pools)
        if network.cni == "sriov" and is_here:
            yield label, network


def gives_functions(link: Link, network: SecondaryNetwork) -> bool:
    """Whether the virtual functions of a link serve a network: it leads to the same physical network."""
    return link.kind == "port" and network.physnet == (link.functions_physnet or link.physnet)


__all__ = ["function_networks", "gives_functions"]
