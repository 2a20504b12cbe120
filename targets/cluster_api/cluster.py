"""One Kubernetes layer as Cluster API sees it: its names, its machines by group, what they stand on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blueprint.model import Host, Kubernetes, Network, Registry, StarlingX
from blueprint.model.kubernetes import ManagedByClusterApi, NodePool
from blueprint.model.naming import POOL_LABEL, kubeconfig
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._kubernetes.guests import Group, Guests
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import plain

CORE = "cluster.x-k8s.io/v1beta2"
BOOTSTRAP = "bootstrap.cluster.x-k8s.io/v1beta2"
CONTROL_PLANE = "controlplane.cluster.x-k8s.io/v1beta2"
#: CAPO 0.14 serves this version, and 0.15 does too.
OPENSTACK = "infrastructure.cluster.x-k8s.io/v1beta1"
METAL3 = "infrastructure.cluster.x-k8s.io/v1beta2"
BARE_METAL = "metal3.io/v1alpha1"
#: Distributions whose first boot is told by Ignition, not by cloud-init.
IGNITION = ("flatcar",)


@dataclass(frozen=True)
class Cluster(Guests):
    """A layer and all that is derived of it more than once, guests of a region or bare metal."""

    @property
    def is_metal(self) -> bool:
        """Whether hosts of the blueprint are its nodes."""
        return self.layer.is_on_hosts

    @property
    def namespace(self) -> str:
        """The namespace on the manager that holds all that belongs to the cluster."""
        return self.name

    @cached_property
    def version(self) -> str | None:
        """The version in full, or None where nothing says the patch."""
        if not self.is_metal:
            return self._guests_version()
        return self.layer.version if self.layer.version.count(".") == 2 else None

    def pool_version(self, pool: NodePool) -> str:
        """The version of the nodes of a pool, as Cluster API writes it."""
        stated = pool.version if pool.version and pool.version.count(".") == 2 else self.version
        return f"v{stated}"

    @cached_property
    def manager(self) -> Kubernetes | StarlingX | None:
        """The cluster that makes this one, or the system whose cluster does, where the blueprint has it."""
        ref = self.layer.manager
        if ref is None:
            return None
        if ref.kind == "starlingx":
            return self.model.at(ref, StarlingX)
        return self.model.at(ref, Kubernetes)

    @property
    def manager_access(self) -> str:
        """Where the kubeconfig of the manager lies."""
        ref = self.layer.manager
        return "~/.kube/cluster-api-manager.yaml" if ref is None else kubeconfig(ref)

    @property
    def options(self) -> ManagedByClusterApi:
        """Options of the tool: as stated, or its defaults."""
        stated = self.layer.deployer
        return stated if isinstance(stated, ManagedByClusterApi) else ManagedByClusterApi()

    @property
    def is_ignition(self) -> bool:
        """Whether the nodes' system is told by Ignition what to do on its first boot."""
        if self.is_metal or self.layer.image is None:
            return False
        image = self.region.image.get(self.layer.image.label)
        return image is not None and (image.os or "").startswith(IGNITION)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The workers by pool, and by zone where they are guests."""
        if not self.is_metal:
            return self._guests_groups()
        counts = {label: len(self.pool_hosts(label)) for label in self.layer.pool}
        return tuple(
            Group(label, None, object_name(self.name, label), count, count, count)
            for label, count in counts.items()
        )

    @cached_property
    def control_count(self) -> int:
        """Nodes of the control plane."""
        if self.is_metal:
            return len(self.control_hosts)
        return self.layer.control.count or 1

    @cached_property
    def control_hosts(self) -> tuple[Host, ...]:
        """Hosts of the control plane, each once."""
        return tuple({h.ref: h for h in self.model.hosts(self.layer.control.hosts)}.values())

    def pool_hosts(self, label: str) -> tuple[Host, ...]:
        """Hosts of a pool, each once."""
        hosts = self.model.hosts(self.layer.pool[label].hosts)
        return tuple({host.ref: host for host in hosts}.values())

    @property
    def control_field(self) -> str:
        """The field that says how many nodes the control plane has."""
        return "control.hosts" if self.is_metal else "control.count"

    @property
    def node_network(self) -> Ref | None:
        """Of bare metal: the network that nodes speak to each other on."""
        return self.layer.node_network or self.layer.api.network

    @cached_property
    def networks(self) -> Mapping[Ref, Network]:
        """Every network of the blueprint."""
        return self.model.of(Network)

    @property
    def registry(self) -> Registry | None:
        """Where images come from."""
        ref = self.layer.registry
        return None if ref is None else self.model.at(ref, Registry)

    def pool_labels(self, label: str) -> dict[str, Traced]:
        """Labels of the nodes of a pool: its own, and the one with its name."""
        stated = self.layer.pool[label].labels
        found = {
            key: Traced(value, self.stated("a label of the nodes", f"pool.{label}.labels.{key}"))
            for key, value in stated.items()
        }
        own = Traced(label, self.stated("the pool that a node is in", f"pool.{label}"))
        return {**found, POOL_LABEL: own}


def hashed(base: str, body: Mapping[str, Any]) -> str:
    """A name that changes with what it names: templates can't be changed, only replaced by others."""
    text = json.dumps(plain(body), sort_keys=True, ensure_ascii=True)
    return f"{base}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def reference(api_version: str, kind: str, name: str) -> dict[str, str]:
    """A reference to a resource, as the second contract of Cluster API writes it."""
    return {"apiGroup": api_version.partition("/")[0], "kind": kind, "name": name}


def arguments(*stated: tuple[str, Any] | None) -> list[dict[str, Any]]:
    """Arguments of a program as kubeadm writes them; None stands for one that is not needed."""
    return [{"name": each[0], "value": each[1]} for each in stated if each is not None]
