"""The plan of a layer: the values of every chart, with their causes, and what is installed in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprint.model import Model
from blueprint.values import Ref
from targets._kubernetes.delivery_items import Release
from targets._kubernetes.values import Setting, laid_over, traced, tree
from targets.openstack_helm.bare_metal import bare_metal
from targets.openstack_helm.catalog import REPOSITORY
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.compute import compute
from targets.openstack_helm.endpoints import endpoints
from targets.openstack_helm.federation import federation
from targets.openstack_helm.images import images
from targets.openstack_helm.network import network
from targets.openstack_helm.passthrough import as_values, configuration
from targets.openstack_helm.passwords import charts_with_passwords
from targets.openstack_helm.placement import placement
from targets.openstack_helm.services import services
from targets.openstack_helm.settings import ChartSetting, Subject
from targets.openstack_helm.shares import shares
from targets.openstack_helm.storage import storage

SUBJECTS: tuple[Subject, ...] = (
    endpoints, images, placement, storage, shares, network, compute, bare_metal, services,
    federation,
)  # fmt: skip
#: Databases, queues and first set-ups take their time.
_TIMEOUT_S = 1800
#: Charts whose pods on a node wait for each other's (the dependencies in their values), so none is ready alone.
_TOGETHER = ("openvswitch", "ovn", "libvirt", "neutron", "nova")


@dataclass(frozen=True, slots=True)
class Plan:
    """Values of each chart: as one tree, and as the settings that it is made of."""

    cloud: Cloud
    values: Mapping[str, Mapping[str, Any]]
    settings: tuple[ChartSetting, ...]

    def releases(self) -> Iterator[Release]:
        """What is installed, each with what it needs first."""
        cloud = self.cloud
        secret = charts_with_passwords(cloud)
        for name in cloud.charts:
            yield Release(
                name=name,
                namespace=cloud.options.namespace,
                chart=name,
                version=cloud.facts(name).version,
                repository=REPOSITORY,
                cause=cloud.why_chart,
                values=self.values[name],
                needs=cloud.needs(name),
                timeout_s=_TIMEOUT_S,
                has_secrets=name in secret,
                is_waited=False,
                group="nodes" if name in _TOGETHER else "",
                waits=tuple(_waits(cloud, name)),
            )


def _waits(cloud: Cloud, name: str) -> Iterator[str]:
    """Commands that end once the pods of a chart are ready; those of the computes wait for each other."""
    if name in _TOGETHER and name != "nova" and cloud.has("nova"):
        return
    groups = [each for each in _TOGETHER if each in cloud.charts] if name == "nova" else [name]
    namespace = f"kubectl --namespace {cloud.options.namespace}"
    yield (
        f"{namespace} get deployments,statefulsets,daemonsets --output name "
        f"--selector 'release_group in ({', '.join(groups)})' | "
        f"xargs -r -n 1 {namespace} rollout status --timeout {_TIMEOUT_S}s"
    )


def plan(layer: Ref, model: Model) -> Plan:
    """The plan of a layer in which `check` found nothing wrong."""
    cloud = Cloud(layer, model)
    derived = [each for subject in SUBJECTS for each in subject(cloud)]
    stated = list(configuration(cloud))
    values: dict[str, Mapping[str, Any]] = {}
    for name in cloud.charts:
        found = tree(_of(derived, name))
        found = laid_over(found, tree(_of(stated, name)))
        own = as_values(cloud, name)
        if own:
            path = cloud.path("tool", "openstack_helm", name)
            found = laid_over(found, traced(own, "a value of the chart itself", path))
        values[name] = found
    return Plan(cloud, values, (*derived, *stated))


def _of(settings: list[ChartSetting], name: str) -> list[Setting]:
    return [each.setting for each in settings if each.chart == name]
