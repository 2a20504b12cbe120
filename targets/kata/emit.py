"""What is written for a cluster with Kata, and the steps that install it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model.kata import READY_LABEL, class_name
from blueprint.model.naming import POOL_LABEL
from blueprint.target import Artifact, Cause, Step
from targets._kubernetes.access import exports_kubeconfig, takes_kubeconfig
from targets._kubernetes.charts import chart
from targets._kubernetes.delivery import Delivered, Item, Manifests, Release, deliver
from targets._kubernetes.external_secrets import delivery_vault
from targets.kata import thin_pools
from targets.kata.installation import Installation
from targets.kata.policies import policies
from targets.kata.values import values

FOLDER = "kata"
#: Where kata-deploy's own documentation has it, and what pod security exempts.
NAMESPACE = "kube-system"
_EACH = 'while read -r node disk; do ssh "$node"'
_END = f"done < {thin_pools.LIST}"


def emit(installation: Installation) -> tuple[tuple[Artifact, ...], tuple[Step, ...]]:
    """Artifacts by path, and the steps in their order."""
    delivered = deliver(
        installation.ref, FOLDER, installation.cluster.delivery, installation.path("delivery"),
        tuple(_items(installation)), delivery_vault(installation.model, installation.cluster.delivery),
    )  # fmt: skip
    pools = tuple(thin_pools.artifacts(installation))
    made = sorted((*delivered.artifacts, *pools), key=lambda artifact: artifact.path)
    return tuple(made), tuple(_steps(installation, delivered))


def _items(installation: Installation) -> Iterator[Item]:
    cause = Cause("runtimes of the cluster", (installation.path("runtime"),))
    release = Release.of(
        chart("kata-deploy"), NAMESPACE, cause, values(installation), timeout_s=1800
    )
    yield release
    held = tuple(policies(installation))
    if held:
        asked = Cause("runtimes of namespaces", (installation.path("namespace"),))
        yield Manifests("namespace-runtimes", held, asked, needs=(release.name,))


def _steps(installation: Installation, delivered: Delivered) -> Iterator[Step]:
    if installation.devmapper_pools:
        yield Step(
            title="Make the thin pools of the nodes",
            needs=(
                "SSH to the nodes, whose users may use `sudo` without a password",
                "`lvm2` on the nodes, and disks in `thin_pools.txt` that hold nothing",
            ),
            commands=(f'{_EACH} sudo sh -s -- "$disk" < {thin_pools.SCRIPT} || exit 1; {_END}',),
            checks=(f"{_EACH} -n sudo lvs kata/pool || exit 1; {_END}",),
        )
    classes = [class_name(placed.shim) for placed in installation.shims]
    yield Step(
        title="Install Kata Containers",
        needs=delivered.needs,
        commands=(exports_kubeconfig(installation.ref), *delivered.commands),
        checks=(
            *delivered.checks,
            *_nodes_are_ready(installation),
            *(f"kubectl get runtimeclass {shlex.quote(name)}" for name in ("kata", *classes)),
        ),
        takes=(takes_kubeconfig(installation.ref),),
        on_failure=delivered.on_failure,
        gives=("RuntimeClasses " + ", ".join(f"`{name}`" for name in ("kata", *classes)),),
    )


def _nodes_are_ready(installation: Installation) -> Iterator[str]:
    wanted = shlex.quote(
        f"jsonpath={{.metadata.labels.{READY_LABEL.replace('.', chr(92) + '.')}}}=true"
    )
    for pool in installation.pools:
        chosen = shlex.quote(f"{POOL_LABEL}={pool}")
        yield f"kubectl wait node --selector {chosen} --for {wanted} --timeout 1200s"
