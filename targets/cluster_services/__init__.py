"""What stands on Kubernetes clusters besides: load balancer, gateways, networks of pods, storage, namespaces, add-ons."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Kubernetes, Model
from blueprint.model.kubernetes_features import MetalLb
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets._kubernetes.access import tools_host
from targets._kubernetes.delivery import deliver
from targets._kubernetes.external_secrets import delivery_vault
from targets._kubernetes.resources import manifest
from targets.cluster_services import external_authorities
from targets.cluster_services.checks import check
from targets.cluster_services.encryption import is_left_open
from targets.cluster_services.items import items
from targets.cluster_services.limits import RULES
from targets.cluster_services.runbook import steps
from targets.cluster_services.services import Services


class ClusterServices:
    """The target of clusters that are given more than their nodes."""

    name = "cluster_services"
    summary = "What stands on Kubernetes clusters: addresses, gateways, networks, storage, namespaces, add-ons"
    after: tuple[str, ...] = ("kubespray", "cluster_api", "magnum")
    upgrades = None

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every cluster that something is installed on."""
        return tuple(
            ref
            for ref, cluster in model.of(Kubernetes).items()
            if ref not in model.existing and _has_any(cluster)
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What the charts and operators can't do of a cluster."""
        return check(Services(layer, model), spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """Values and manifests, their order, and the steps."""
        services = Services(layer, model)
        delivery = services.cluster.delivery
        delivered = deliver(
            layer, self.name, delivery, services.path("delivery"), items(services),
            delivery_vault(model, delivery),
        )  # fmt: skip
        found = list(delivered.artifacts)
        authorities = list(external_authorities.resources(services))
        if authorities:
            found.append(manifest(f"{self.name}/{external_authorities.FILE}", authorities))
        artifacts = tuple(sorted(found, key=lambda artifact: artifact.path))
        return Deployment(
            layer, self.name, artifacts, steps(services, delivered), tools_host(model, layer)
        )

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


def _has_any(cluster: Kubernetes) -> bool:
    parts = (
        cluster.addons, cluster.gateway, cluster.secondary_network, cluster.storage_class, cluster.namespace,
        cluster.logging, cluster.monitoring, cluster.security.image_policy,
    )  # fmt: skip
    return any(parts) or isinstance(cluster.load_balancer, MetalLb) or is_left_open(cluster)


TARGET = ClusterServices()
