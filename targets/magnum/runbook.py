"""The steps of a deployment with Magnum: exact commands, what they need, what shows success."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.naming import POOL_LABEL, cloud_access, kubeconfig
from blueprint.target import Given, HandOver, Step, Taken
from targets._kubernetes import managers
from targets.magnum.cluster import Cluster
from targets.magnum.emit import needs_manager

_VENV = "~/openstack-venv"
_PACKAGES = "ansible==12.3.0 openstacksdk python-openstackclient python-magnumclient"


def steps(cluster: Cluster) -> tuple[Step, ...]:
    """The steps in their order."""
    parts = (_manager, cluster_step, pools_step)
    return tuple(step for part in parts for step in part(cluster))


def _manager(cluster: Cluster) -> Iterator[Step]:
    ref = cluster.layer.manager
    if not needs_manager(cluster) or ref is None:
        return
    place = kubeconfig(ref)
    yield Step(
        title="Give the manager Cluster API",
        needs=(
            f"`clusterctl` {managers.CLUSTER_API} and `kubectl` on this machine",
            "the kubeconfig that Magnum's driver has is of this manager",
        ),
        commands=(f"export KUBECONFIG={place}", "sh manager/providers.sh"),
        checks=("kubectl get providers --all-namespaces",),
        takes=(Taken(HandOver("kubeconfig", ref), place),),
    )


def cluster_step(cluster: Cluster) -> Iterator[Step]:
    """The playbook, which makes what is not there and lets a cluster follow its template."""
    access = cloud_access(cluster.model, cluster.region_ref)
    folder = f"~/magnum-{cluster.name}"
    needs = ["Python 3.11 or later with `venv`"]
    if cluster.layer.key_pair is not None:
        needs.append(
            f"`{folder}/key.pub`: the public half of the SSH key of the nodes, if the region has none yet"
        )
    yield Step(
        title="Make the cluster with Magnum",
        needs=tuple(needs),
        commands=(
            f"test -d {_VENV} || python3 -m venv {_VENV}",
            f". {_VENV}/bin/activate",
            f"pip install {_PACKAGES}",
            access.export,
            f"install -d -m 0700 {folder}",
            "ansible-playbook playbook.yml",
        ),
        checks=(f"kubectl --kubeconfig {kubeconfig(cluster.ref)} get nodes --output wide",),
        gives=(
            "a cluster template and a cluster of the project's own; a second run changes nothing",
            "nothing is ever removed: templates and groups that nobody uses are deleted by hand",
        ),
        takes=(Taken(HandOver("clouds", cluster.region_ref), access.path),),
    )


def pools_step(cluster: Cluster) -> Iterator[Step]:
    """Labels by which nodes are told apart: Magnum gives nodes none."""
    place = kubeconfig(cluster.ref)
    commands = [f"export KUBECONFIG={place}"]
    for group in cluster.groups:
        name = cluster.group_name(group)
        commands.append(
            f"kubectl label nodes --selector node.cluster.x-k8s.io/nodegroup={name} "
            f"{POOL_LABEL}={group.pool} --overwrite"
        )
    needs = []
    if cluster.is_scaled:
        needs.append(
            "run it again when the autoscaler has added nodes: Magnum labels none by itself"
        )
    yield Step(
        title="Say which pool each node is of",
        needs=tuple(needs),
        commands=tuple(commands),
        checks=(f"kubectl get nodes --label-columns {POOL_LABEL}",),
        hands_over=(Given(HandOver("kubeconfig", cluster.ref), place),),
    )
