"""Workloads: what runs on a cluster, by the manifests or the chart that the blueprint names for it.

What is in the manifests is read by `blueprint.manifests` and held here in the words of rules: the fields marked
`FromFiles`, which no blueprint states. Values are those in force: of a container's user, the pod's where the
container has none.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from blueprint.model.fields import Chart, ChartVersion, Labels, NamespaceName, Strings
from blueprint.model.schema import Block, FromFiles, Kind, Refers
from blueprint.values import Ref, Size


class ManifestObject(Block):
    """One object of the manifests, of whatever kind."""

    kind: str = Field(description="Its kind, `Deployment`.")
    name: str = Field(description="Its name.")
    namespace: str = Field(description="Its namespace; the workload's where it states none.")
    group: str = Field(description="The group of its API: `apps`; empty for the first one.")
    version: str = Field(description="The version of its API: `v1`, `v1beta1`.")
    labels: Labels = Field({}, description="Its labels.")
    annotations: Labels = Field({}, description="Its annotations.")


class Container(Block):
    """A container of a pod."""

    name: str = Field(description="Its name.")
    role: Literal["main", "init", "sidecar", "ephemeral"] = Field(
        description="`sidecar` is an init container that goes on running."
    )
    image: str = Field("", description="The image as it is written.")
    image_tag: str = Field("", description="The tag of the image; empty where it has none.")
    image_digest: str = Field("", description="The digest of the image; empty where it has none.")
    cpu_request: Decimal | None = Field(None, description="CPUs that it asks for.")
    cpu_limit: Decimal | None = Field(None, description="CPUs that it may use.")
    memory_request: Size | None = Field(None, description="Memory that it asks for.")
    memory_limit: Size | None = Field(None, description="Memory that it may use.")
    resources: Labels = Field({}, description="What else it is given: `intel.com/sriov = 1`.")
    privileged: bool = Field(default=False, description="Whether it runs privileged.")
    run_as_user: int | None = Field(None, description="Number of its user.")
    run_as_group: int | None = Field(None, description="Number of its group.")
    run_as_non_root: bool = Field(default=False, description="Whether root is refused.")
    privilege_escalation: bool = Field(
        default=True, description="Whether a process may gain privileges; so where unset."
    )
    read_only_root: bool = Field(default=False, description="Whether its root cannot be written.")
    selinux_type: str | None = Field(None, description="Type of its SELinux context.")
    capabilities: tuple[str, ...] = Field((), description="Capabilities that are added.")
    capabilities_dropped: tuple[str, ...] = Field((), description="Capabilities that are dropped.")
    has_liveness: bool = Field(default=False, description="Whether it has a livenessProbe.")
    has_readiness: bool = Field(default=False, description="Whether it has a readinessProbe.")
    has_startup: bool = Field(default=False, description="Whether it has a startupProbe.")
    host_ports: tuple[int, ...] = Field((), description="Ports of the node that it takes.")


class PodVolume(Block):
    """A volume of a pod."""

    name: str = Field(description="Its name.")
    source: str = Field(description="What it is made of: `emptyDir`, `hostPath`, `configMap`.")
    host_path: str | None = Field(None, description="The path of the node.")
    claim: str | None = Field(None, description="The claim that it is.")
    storage_class: str | None = Field(None, description="Of an ephemeral claim: its class.")


class Pod(Block):
    """The pods of one controller, as its template has them, or a pod of its own."""

    name: str = Field(description="Name of the controller, or of the pod.")
    controller: str = Field(description="Kind of the controller, `Deployment`; `Pod` without one.")
    namespace: str = Field(description="Its namespace.")
    replicas: int | None = Field(None, description="How many are stated.")
    cpu_request: Decimal = Field(Decimal(0), description="CPUs that one pod asks for.")
    cpu_limit: Decimal = Field(
        Decimal(0), description="CPUs that one pod may use, as far as limited."
    )
    memory_request: Size = Field(Size(0), description="Memory that one pod asks for.")
    labels: Labels = Field({}, description="Labels of the pods.")
    annotations: Labels = Field({}, description="Annotations of the pods.")
    host_network: bool = Field(default=False, description="Whether it is in the node's network.")
    host_pid: bool = Field(default=False, description="Whether it sees the node's processes.")
    host_ipc: bool = Field(default=False, description="Whether it shares the node's IPC.")
    service_account: str = Field("default", description="The account that it runs under.")
    automount_token: bool | None = Field(
        None,
        description="What the pod says of its account's token; the account decides where unset.",
    )
    runtime_class: str | None = Field(None, description="The RuntimeClass.")
    node_name: str | None = Field(None, description="The node that it is bound to by name.")
    node_selector: Labels = Field({}, description="Labels that its node must have.")
    node_labels: tuple[str, ...] = Field(
        (), description="Keys of the labels that a node is chosen by, affinities included."
    )
    selinux_type: str | None = Field(None, description="Type of the pod's SELinux context.")
    networks: tuple[str, ...] = Field(
        (), description="Networks that it is attached to besides, `namespace/name`."
    )
    ip_addresses: tuple[str, ...] = Field(
        (), description="IP addresses that stand in its template, those of no host left out."
    )
    container: dict[str, Container] = Field({}, description="The containers, all roles.")
    volume: dict[str, PodVolume] = Field({}, description="The volumes.")


class ManifestService(Block):
    """A Service."""

    name: str = Field(description="Its name.")
    namespace: str = Field(description="Its namespace.")
    type: str = Field("ClusterIP", description="Its type.")
    node_ports: tuple[int, ...] = Field((), description="Ports of nodes that it states.")


class ConfigMap(Block):
    """A ConfigMap."""

    name: str = Field(description="Its name.")
    namespace: str = Field(description="Its namespace.")
    immutable: bool = Field(default=False, description="Whether it can't be changed.")


class Autoscaler(Block):
    """A HorizontalPodAutoscaler."""

    name: str = Field(description="Its name.")
    namespace: str = Field(description="Its namespace.")
    target_kind: str = Field("", description="Kind of what it scales.")
    target_name: str = Field("", description="Name of what it scales.")
    max_replicas: int | None = Field(None, description="The most that it makes.")


class VolumeClaim(Block):
    """A PersistentVolumeClaim, or a template of one in a StatefulSet."""

    name: str = Field(description="Its name.")
    namespace: str = Field(description="Its namespace.")
    storage_class: str | None = Field(None, description="Its class; the default one where unset.")


class PersistentVolume(Block):
    """A PersistentVolume that the manifests make themselves."""

    name: str = Field(description="Its name.")
    source: str = Field("", description="What it is made of: `nfs`, `local`, `hostPath`.")


class NamespaceBound(Block):
    """A ResourceQuota or a LimitRange."""

    name: str = Field(description="Its name.")
    namespace: str = Field(description="Its namespace.")
    bounds: tuple[str, ...] = Field(
        (),
        description="What it bounds: `limits.cpu`, `limits.memory`; of a LimitRange its defaults too.",
    )


class Workload(Kind):
    """An application on a cluster: judged by its manifests, deployed by whoever owns it."""

    kind: ClassVar[str] = "workload"

    on: Annotated[Ref, Refers("kubernetes", "starlingx")] = Field(
        description="The cluster that it runs on, or the StarlingX system that brings one."
    )
    namespace: NamespaceName = Field("default", description="Namespace of objects that state none.")
    manifests: Strings = Field(
        (),
        description="Files of rendered manifests, or folders of them, beside the file that says so.",
        examples=[["manifests/upf.yaml"]],
    )
    inline: str | None = Field(None, description="Manifests as text, where there are few.")
    chart: Chart | None = Field(
        None,
        description="The Helm chart: `oci://…`, the URL of an archive, or a path. Its objects are seen once it is "
        "rendered and named by `manifests`.",
    )
    version: ChartVersion | None = Field(None, description="Version of the chart.")
    package: Literal["helm", "kustomize", "plain"] | None = Field(
        None, description="How it is packaged; `helm` where it has a chart."
    )
    keeps_addresses: bool = Field(
        default=False,
        description="Whether networks outside must see its pods' own addresses, with no translation.",
    )

    object: Annotated[dict[str, ManifestObject], FromFiles()] = Field(
        {}, description="All objects."
    )
    pod: Annotated[dict[str, Pod], FromFiles()] = Field({}, description="Pods, by controller.")
    service: Annotated[dict[str, ManifestService], FromFiles()] = Field({}, description="Services.")
    config_map: Annotated[dict[str, ConfigMap], FromFiles()] = Field({}, description="ConfigMaps.")
    autoscaler: Annotated[dict[str, Autoscaler], FromFiles()] = Field(
        {}, description="HorizontalPodAutoscalers."
    )
    claim: Annotated[dict[str, VolumeClaim], FromFiles()] = Field(
        {}, description="Claims of volumes, those of templates included."
    )
    persistent_volume: Annotated[dict[str, PersistentVolume], FromFiles()] = Field(
        {}, description="PersistentVolumes."
    )
    bound: Annotated[dict[str, NamespaceBound], FromFiles()] = Field(
        {}, description="ResourceQuotas and LimitRanges."
    )

    @property
    def is_rendered(self) -> bool:
        """Whether its objects can be seen: a chart alone has to be rendered first."""
        return bool(self.manifests) or self.inline is not None

    @property
    def package_name(self) -> str:
        """How it is packaged, as stated or as its chart says."""
        return self.package or ("helm" if self.chart is not None else "plain")


__all__ = [
    "Autoscaler", "ConfigMap", "Container", "ManifestObject", "ManifestService", "NamespaceBound",
    "PersistentVolume", "Pod", "PodVolume", "VolumeClaim", "Workload",
]  # fmt: skip
