"""Makes the model's objects of manifests' documents, and notes where each of their fields stands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from blueprint.evaluate.documents import Node
from blueprint.manifests.addresses import addresses_in
from blueprint.manifests.attachments import attachments_of
from blueprint.manifests.quantities import quantity
from blueprint.model.workload import (
    Autoscaler,
    ConfigMap,
    Container,
    ManifestObject,
    ManifestService,
    NamespaceBound,
    PersistentVolume,
    Pod,
    PodVolume,
    VolumeClaim,
)
from blueprint.source import Span
from blueprint.values import Size

Path = tuple[str, ...]
#: Where the template of pods stands in a controller.
_TEMPLATES: Mapping[str, Path] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template"),
    ),
}
_ROLES = (("containers", "main"), ("initContainers", "init"), ("ephemeralContainers", "ephemeral"))
_SIZE_LIMIT = 2**70


def at(node: Node | None, *path: str) -> Node | None:
    """The node at a path of names; None where there is none, or `null`."""
    for name in path:
        if node is None or not isinstance(node.value, dict):
            return None
        node = node.value.get(name)
    return None if node is None or node.value is None else node


def text_at(node: Node | None, *path: str) -> str | None:
    """The text at a path; what is no text is told of elsewhere."""
    found = at(node, *path)
    return found.value if found is not None and isinstance(found.value, str) else None


def items_at(node: Node | None, *path: str) -> list[Node]:
    """The members of the list at a path; none where there is none."""
    found = at(node, *path)
    return found.value if found is not None and isinstance(found.value, list) else []


def _int(node: Node | None) -> int | None:
    value = node.value if node is not None else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(node: Node | None) -> dict[str, str]:
    """A map of texts; other values as they are written."""
    if node is None or not isinstance(node.value, dict):
        return {}
    return {
        k: v.value if isinstance(v.value, str) else v.span.text
        for k, v in node.value.items()
        if v.value is not None
    }


class Objects:
    """The objects of one workload, by what they are, and the places of their fields by path."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.tables: dict[str, dict[str, Any]] = {
            name: {}
            for name in (
                "object", "pod", "service", "config_map", "autoscaler", "claim", "persistent_volume", "bound",
            )
        }  # fmt: skip
        self.spans: dict[Path, Span] = {}

    def add(self, node: Node) -> None:
        """Takes one object."""
        api, kind = text_at(node, "apiVersion") or "", text_at(node, "kind") or ""
        name = text_at(node, "metadata", "name") or ""
        namespace = text_at(node, "metadata", "namespace") or self.namespace
        group, _, version = api.rpartition("/")
        made = ManifestObject(
            kind=kind, name=name, namespace=namespace, group=group, version=version,
            labels=_texts(at(node, "metadata", "labels")),
            annotations=_texts(at(node, "metadata", "annotations")),
        )  # fmt: skip
        path = self._put("object", f"{kind}/{name}", made, at(node, "metadata", "name") or node)
        self._places(
            path,
            node,
            {
                "kind": ("kind",), "group": ("apiVersion",), "version": ("apiVersion",),
                "namespace": ("metadata", "namespace"), "labels": ("metadata", "labels"),
                "annotations": ("metadata", "annotations"),
            },
        )  # fmt: skip
        if kind == "Pod":
            self._pod(kind, name, namespace, node, node)
        elif kind in _TEMPLATES:
            template = at(node, *_TEMPLATES[kind])
            if template is not None:
                self._pod(kind, name, namespace, template, node)
            for claim in items_at(node, "spec", "volumeClaimTemplates"):
                self._claim(f"{name}/{text_at(claim, 'metadata', 'name')}", namespace, claim)
        elif kind in _SIMPLE:
            getattr(self, _SIMPLE[kind])(name, namespace, node)

    def _put(self, table: str, label: str, made: Any, node: Node) -> Path:
        unique = _added(self.tables[table], label, made)
        self.spans[table, unique] = node.span
        return table, unique

    def _places(self, path: Path, node: Node | None, places: Mapping[str, Path]) -> None:
        for name, inside in places.items():
            found = at(node, *inside)
            if found is not None:
                self.spans[*path, name] = found.span

    # ------------------------------------------------------------------------------------------- pods

    def _pod(self, kind: str, name: str, namespace: str, template: Node, around: Node) -> None:
        spec = at(template, "spec")
        annotations = at(template, "metadata", "annotations")
        found = list(addresses_in(spec)) + list(addresses_in(annotations))
        labels = _node_labels(spec)
        containers = [(role, node) for word, role in _ROLES for node in items_at(spec, word)]
        made = [self._container(role, node, spec) for role, node in containers]
        running = [c for c in made if c.role in ("main", "sidecar")]
        volumes = [(node, _volume(node)) for node in items_at(spec, "volumes")]
        pod = Pod(
            name=name, controller=kind, namespace=namespace,
            replicas=_int(at(around, "spec", "replicas")) if kind != "Pod" else None,
            cpu_request=_most(running, made, "cpu_request"),
            cpu_limit=_most(running, made, "cpu_limit"),
            memory_request=Size(int(_most(running, made, "memory_request"))),
            labels=_texts(at(template, "metadata", "labels")), annotations=_texts(annotations),
            host_network=_is_true(at(spec, "hostNetwork")), host_pid=_is_true(at(spec, "hostPID")),
            host_ipc=_is_true(at(spec, "hostIPC")),
            service_account=text_at(spec, "serviceAccountName") or text_at(spec, "serviceAccount") or "default",
            automount_token=_bool(at(spec, "automountServiceAccountToken")),
            runtime_class=text_at(spec, "runtimeClassName"), node_name=text_at(spec, "nodeName"),
            node_selector=_texts(at(spec, "nodeSelector")), node_labels=tuple(labels),
            selinux_type=text_at(spec, "securityContext", "seLinuxOptions", "type"),
            networks=tuple(attachments_of(annotations, namespace)),
            ip_addresses=tuple(dict.fromkeys(text for text, _ in found)),
        )  # fmt: skip
        path = self._put("pod", f"{kind}/{name}", pod, at(around, "metadata", "name") or around)
        for container, (_, node) in zip(made, containers, strict=True):
            inside = (*path, "container", _added(pod.container, container.name, container))
            self.spans[inside] = (at(node, "name") or node).span
            self._places(inside, node, _CONTAINER)
            self._from_pod(inside, node, spec)
        for node, volume in volumes:
            inside = (*path, "volume", _added(pod.volume, volume.name, volume))
            self.spans[inside] = (at(node, "name") or node).span
            self._places(inside, node, _VOLUME)
        self._places(path, template, {n: ("spec", *p) for n, p in _POD.items()})
        self._places(
            path,
            template,
            {"labels": ("metadata", "labels"), "annotations": ("metadata", "annotations")},
        )
        self._places(path, around, {"replicas": ("spec", "replicas")})
        if annotations is not None and pod.networks:
            self.spans[*path, "networks"] = annotations.span
        if found:
            self.spans[*path, "ip_addresses"] = found[0][1]
        if labels:
            self.spans[*path, "node_labels"] = next(iter(labels.values()))

    def _from_pod(self, path: Path, node: Node, spec: Node | None) -> None:
        """The places of what a container has from its pod."""
        for name, field in _SHARED.items():
            if at(node, "securityContext", field) is None:
                self._places(path, spec, {name: ("securityContext", field)})

    def _container(self, role: str, node: Node, spec: Node | None) -> Container:
        image = text_at(node, "image") or ""
        tag, digest = _tag_and_digest(image)
        security = at(node, "securityContext")
        resources = at(node, "resources")

        def shared(field: str) -> Node | None:
            return at(security, field) or at(spec, "securityContext", field)

        def amount(what: str, of: str) -> Decimal | None:
            stated = at(resources, what, of)
            found = quantity(stated.value) if stated is not None else None
            return found if found is not None and 0 <= found < _SIZE_LIMIT else None

        def size(what: str) -> Size | None:
            found = amount(what, "memory")
            return None if found is None else Size(int(found))

        cpu_limit, memory_limit = amount("limits", "cpu"), size("limits")
        cpu_request, memory_request = amount("requests", "cpu"), size("requests")
        others = {**_texts(at(resources, "requests")), **_texts(at(resources, "limits"))}
        escalates = _bool(at(security, "allowPrivilegeEscalation"))
        is_sidecar = role == "init" and text_at(node, "restartPolicy") == "Always"
        ports = (_int(at(port, "hostPort")) for port in items_at(node, "ports"))
        return Container(
            name=text_at(node, "name") or "",
            role="sidecar" if is_sidecar else role,  # type: ignore[arg-type]  # one of its words
            image=image, image_tag=tag, image_digest=digest,
            cpu_request=cpu_limit if cpu_request is None else cpu_request, cpu_limit=cpu_limit,
            memory_request=memory_limit if memory_request is None else memory_request,
            memory_limit=memory_limit,
            resources={k: v for k, v in others.items() if k not in ("cpu", "memory")},
            privileged=_is_true(at(security, "privileged")),
            run_as_user=_int(shared("runAsUser")), run_as_group=_int(shared("runAsGroup")),
            run_as_non_root=_is_true(shared("runAsNonRoot")),
            privilege_escalation=True if escalates is None else escalates,
            read_only_root=_is_true(at(security, "readOnlyRootFilesystem")),
            selinux_type=text_at(shared("seLinuxOptions"), "type"),
            capabilities=_words(at(security, "capabilities", "add")),
            capabilities_dropped=_words(at(security, "capabilities", "drop")),
            has_liveness=at(node, "livenessProbe") is not None,
            has_readiness=at(node, "readinessProbe") is not None,
            has_startup=at(node, "startupProbe") is not None,
            host_ports=tuple(port for port in ports if port),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------ other objects

    def _service(self, name: str, namespace: str, node: Node) -> None:
        stated = [at(port, "nodePort") for port in items_at(node, "spec", "ports")]
        ports = [(p, port) for p in stated if (port := _int(p))]
        made = ManifestService(
            name=name, namespace=namespace, type=text_at(node, "spec", "type") or "ClusterIP",
            node_ports=tuple(port for _, port in ports),
        )  # fmt: skip
        path = self._put("service", name, made, at(node, "metadata", "name") or node)
        self._places(path, node, {"type": ("spec", "type")})
        if ports and ports[0][0] is not None:
            self.spans[*path, "node_ports"] = ports[0][0].span

    def _config_map(self, name: str, namespace: str, node: Node) -> None:
        made = ConfigMap(name=name, namespace=namespace, immutable=_is_true(at(node, "immutable")))
        path = self._put("config_map", name, made, at(node, "metadata", "name") or node)
        self._places(path, node, {"immutable": ("immutable",)})

    def _autoscaler(self, name: str, namespace: str, node: Node) -> None:
        target = at(node, "spec", "scaleTargetRef")
        made = Autoscaler(
            name=name, namespace=namespace, target_kind=text_at(target, "kind") or "",
            target_name=text_at(target, "name") or "", max_replicas=_int(at(node, "spec", "maxReplicas")),
        )  # fmt: skip
        path = self._put("autoscaler", name, made, at(node, "metadata", "name") or node)
        self._places(
            path,
            node,
            {
                "target_kind": ("spec", "scaleTargetRef", "kind"),
                "target_name": ("spec", "scaleTargetRef", "name"),
                "max_replicas": ("spec", "maxReplicas"),
            },
        )

    def _claim(self, name: str, namespace: str, node: Node) -> None:
        made = VolumeClaim(
            name=name, namespace=namespace, storage_class=text_at(node, "spec", "storageClassName")
        )
        path = self._put("claim", name, made, at(node, "metadata", "name") or node)
        self._places(path, node, {"storage_class": ("spec", "storageClassName")})

    def _persistent_volume(self, name: str, _namespace: str, node: Node) -> None:
        spec = at(node, "spec")
        known = spec.value if spec is not None and isinstance(spec.value, dict) else {}
        source = next((n for n in known if n in _VOLUME_SOURCES), "")
        made = PersistentVolume(name=name, source=source)
        path = self._put("persistent_volume", name, made, at(node, "metadata", "name") or node)
        self._places(path, node, {"source": ("spec", source)})

    def _bound(self, name: str, namespace: str, node: Node) -> None:
        hard = list(_texts(at(node, "spec", "hard")))
        for limit in items_at(node, "spec", "limits"):
            hard += [f"limits.{n}" for part in ("default", "max") for n in _texts(at(limit, part))]
            hard += [f"requests.{n}" for n in _texts(at(limit, "defaultRequest"))]
        made = NamespaceBound(name=name, namespace=namespace, bounds=tuple(dict.fromkeys(hard)))
        path = self._put("bound", name, made, at(node, "metadata", "name") or node)
        self._places(path, node, {"bounds": ("spec",)})


def _added(table: dict[str, Any], label: str, made: Any) -> str:
    """Puts an object into a table under a label that nothing else has there."""
    unique, number = label or "unnamed", 2
    while unique in table:
        unique, number = f"{label}~{number}", number + 1
    table[unique] = made
    return unique


def _volume(node: Node) -> PodVolume:
    known = node.value if isinstance(node.value, dict) else {}
    return PodVolume(
        name=text_at(node, "name") or "",
        source=next((n for n in known if n != "name"), "emptyDir"),
        host_path=text_at(node, "hostPath", "path"),
        claim=text_at(node, "persistentVolumeClaim", "claimName"),
        storage_class=text_at(node, "ephemeral", "volumeClaimTemplate", "spec", "storageClassName"),
    )


def _node_labels(spec: Node | None) -> dict[str, Span]:
    """Keys of labels that a node must have, with the places of what asks for them."""
    found: dict[str, Span] = {}
    selector = at(spec, "nodeSelector")
    if selector is not None and isinstance(selector.value, dict):
        found.update((key, value.span) for key, value in selector.value.items())
    required = at(
        spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"
    )
    for term in items_at(required, "nodeSelectorTerms"):
        for expression in items_at(term, "matchExpressions"):
            key = at(expression, "key")
            if key is not None and isinstance(key.value, str):
                found.setdefault(key.value, key.span)
    return found


def _most(running: list[Container], every: list[Container], name: str) -> Decimal:
    """What a pod asks for: its running containers together, or one of those before them if that is more."""
    together = sum((Decimal(getattr(c, name) or 0) for c in running), Decimal(0))
    before = (Decimal(getattr(c, name) or 0) for c in every if c.role == "init")
    return max((together, *before))


def _tag_and_digest(image: str) -> tuple[str, str]:
    """The tag and the digest of an image's name."""
    name, _, digest = image.partition("@")
    last = name.rpartition("/")[2]
    return last.partition(":")[2], digest


def _bool(node: Node | None) -> bool | None:
    return node.value if node is not None and isinstance(node.value, bool) else None


def _is_true(node: Node | None) -> bool:
    return _bool(node) is True


def _words(node: Node | None) -> tuple[str, ...]:
    if node is None or not isinstance(node.value, list):
        return ()
    return tuple(each.value for each in node.value if isinstance(each.value, str))


_SIMPLE: Mapping[str, str] = {
    "Service": "_service", "ConfigMap": "_config_map", "HorizontalPodAutoscaler": "_autoscaler",
    "PersistentVolumeClaim": "_claim", "PersistentVolume": "_persistent_volume",
    "ResourceQuota": "_bound", "LimitRange": "_bound",
}  # fmt: skip
_SHARED: Mapping[str, str] = {
    "run_as_user": "runAsUser", "run_as_group": "runAsGroup", "run_as_non_root": "runAsNonRoot",
    "selinux_type": "seLinuxOptions",
}  # fmt: skip
_POD: Mapping[str, Path] = {
    "host_network": ("hostNetwork",), "host_pid": ("hostPID",), "host_ipc": ("hostIPC",),
    "service_account": ("serviceAccountName",), "automount_token": ("automountServiceAccountToken",),
    "runtime_class": ("runtimeClassName",), "node_name": ("nodeName",), "node_selector": ("nodeSelector",),
    "selinux_type": ("securityContext", "seLinuxOptions", "type"),
}  # fmt: skip
_SECURITY = ("securityContext",)
_CONTAINER: Mapping[str, Path] = {
    **dict.fromkeys(("image", "image_tag", "image_digest"), ("image",)),
    "cpu_request": ("resources", "requests", "cpu"), "cpu_limit": ("resources", "limits", "cpu"),
    "memory_request": ("resources", "requests", "memory"), "memory_limit": ("resources", "limits", "memory"),
    "resources": ("resources",), "privileged": (*_SECURITY, "privileged"),
    "privilege_escalation": (*_SECURITY, "allowPrivilegeEscalation"),
    "read_only_root": (*_SECURITY, "readOnlyRootFilesystem"),
    **{name: (*_SECURITY, field) for name, field in _SHARED.items()},
    "capabilities": (*_SECURITY, "capabilities", "add"),
    "capabilities_dropped": (*_SECURITY, "capabilities", "drop"),
    "has_liveness": ("livenessProbe",), "has_readiness": ("readinessProbe",),
    "has_startup": ("startupProbe",), "host_ports": ("ports",),
}  # fmt: skip
_VOLUME: Mapping[str, Path] = {
    "host_path": ("hostPath", "path"), "claim": ("persistentVolumeClaim", "claimName"),
    "storage_class": ("ephemeral", "volumeClaimTemplate", "spec", "storageClassName"),
}  # fmt: skip
_VOLUME_SOURCES = frozenset(
    {
        "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker",
        "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk",
        "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
    }
)  # fmt: skip

__all__ = ["Objects", "at", "items_at", "text_at"]
