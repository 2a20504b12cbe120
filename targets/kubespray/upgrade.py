"""Takes clusters from one version of Kubernetes to the next with Kubespray's own playbook for that."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model
from blueprint.model.naming import kubeconfig
from blueprint.spans import Spans
from blueprint.target import Before, Deployment, Step, standing
from blueprint.values import Ref
from targets._kubernetes import upgrades
from targets.kubespray import runbook
from targets.kubespray.catalog import releases
from targets.kubespray.cluster import Cluster
from targets.kubespray.emit import emit
from targets.kubespray.limits import no_way_to_version

_SNAPSHOT = "/usr/local/bin/etcdctl.sh --endpoints https://127.0.0.1:2379 snapshot save"


class KubesprayUpgrades:
    """Takes clusters on hosts from the version that runs to the one of the blueprint."""

    def __init__(self, name: str) -> None:
        """Take the name of the target."""
        self._name = name

    def takes(self, origin: str) -> bool:
        """Whether it is a version of Kubernetes."""
        return upgrades.is_version(origin)

    def check(self, layer: Ref, model: Model, spans: Spans, origin: str) -> tuple[Diagnostic, ...]:
        """Whether one upgrade leads there."""
        way = upgrades.no_way(model, origin, Cluster(layer, model).version)
        return () if way is None else (no_way_to_version(spans.at(layer, "version"), way),)

    def settled(
        self, layer: Ref, model: Model, spans: Spans, before: Before
    ) -> tuple[Diagnostic, ...]:
        """Nothing: Kubespray's playbook refuses what it can't change."""
        del layer, model, spans, before
        return ()

    def emit(self, layer: Ref, model: Model, spans: Spans, origin: str) -> Deployment:
        """What a fresh deployment would be given, and the steps of the upgrade."""
        del spans
        cluster = Cluster(layer, model)
        host = cluster.deploy_host
        if upgrades.is_there(origin, cluster.version):
            return standing(
                Deployment(layer, self._name, emit(cluster), runbook.steps(cluster), host)
            )
        return Deployment(layer, self._name, emit(cluster), tuple(_steps(cluster, origin)), host)


def _steps(cluster: Cluster, origin: str) -> Iterator[Step]:
    yield from runbook.installation(cluster)
    yield from runbook.configuration(cluster)
    yield _look(cluster, origin)
    yield _upgrade(cluster)
    yield from runbook.access(cluster)


def _kubectl(cluster: Cluster) -> str:
    artifacts = f"{runbook.home(cluster)}/inventory/artifacts"
    return f"{artifacts}/kubectl --kubeconfig {kubeconfig(cluster.ref)}"


def _look(cluster: Cluster, origin: str) -> Step:
    kubectl, before = _kubectl(cluster), upgrades.minor(origin).replace(".", r"\.")
    there = f"ansible {runbook.inventory_option(cluster)} etcd -b -m ansible.builtin.command -a"
    nodes = upgrades.versions_of_nodes(kubectl)
    known = f"-e '^v{before}\\.' -e '^v{cluster.version}$'"
    copy = f"/var/lib/etcd-before-v{cluster.version}.db"
    needs = [f"the cluster runs {origin}, or an upgrade to {cluster.version} that was broken off"]
    if layers := upgrades.above(cluster.model, cluster.ref):
        listed = ", ".join(f"`{each}`" for each in layers)
        needs.append(f"{listed}: whole, and able to go without one node at a time")
    return Step(
        title="See that the cluster is whole",
        needs=tuple(needs),
        commands=(
            f"{kubectl} wait --for=condition=Ready nodes --all --timeout=1m",
            f'test -z "$({nodes} | grep -v {known})"',
            f"{there} {shlex.quote(runbook.HEALTH)}",
            f"{there} {shlex.quote(f'creates={copy} {_SNAPSHOT} {copy}')}",
        ),
        gives=(f"`{copy}` on each host of etcd, its copy from before",),
    )


def _upgrade(cluster: Cluster) -> Step:
    release, version = cluster.catalog.release, cluster.version
    earlier = [each for each in releases() if each < release][-1:]
    known = " or ".join((*earlier, release))
    return Step(
        title=f"Take the nodes to Kubernetes {version}",
        needs=(
            (
                f"Kubespray {known} deployed the cluster: its releases are not skipped, so where it was an older one, its "
                f"next releases come first, each with the version that runs"
            ),
            (
                "pods may leave their nodes: each node of the control plane by itself, then a fifth of the others at a "
                "time, is drained; add `-e serial=1` for one after another"
            ),
            "where a budget of disruptions lets no pod go, the play fails; it may be run again",
            *runbook.sources(cluster),
        ),
        commands=(
            *runbook.password(cluster),
            (
                f"(cd {runbook.checkout(cluster)} && ansible-playbook {runbook.inventory_option(cluster)} -b "
                "upgrade-cluster.yml)"
            ),
        ),
        checks=(
            f'test "$({upgrades.versions_of_nodes(_kubectl(cluster))})" = v{version}',
            (
                f"ansible {runbook.inventory_option(cluster)} etcd -b -m ansible.builtin.command -a "
                f"{shlex.quote(runbook.HEALTH)}"
            ),
        ),
    )
