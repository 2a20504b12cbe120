"""What rules see of manifests: values in force, and the places where they stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from blueprint.loader import MemoryLoader
from blueprint.values import Size
from tests.unit.manifests.reading import MAIN, read, sound

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: upf
  labels: { app: upf }
spec:
  replicas: 3
  selector: { matchLabels: { app: upf } }
  template:
    metadata:
      labels: { app: upf, app.kubernetes.io/name: upf }
      annotations:
        k8s.v1.cni.cncf.io/networks: user, ran/n3@eth2
    spec:
      hostPID: true
      automountServiceAccountToken: false
      serviceAccountName: upf
      runtimeClassName: kata
      nodeSelector: { example.com/tier: fast }
      securityContext:
        runAsUser: 1000
        runAsGroup: 1001
      initContainers:
        - name: setup
          image: registry.example:5000/setup
          resources: { limits: { cpu: 3 } }
        - name: proxy
          image: proxy:1
          restartPolicy: Always
      containers:
        - name: upf
          image: registry.example:5000/core/upf:4.2.1@sha256:00ff
          livenessProbe: { exec: { command: [alive] } }
          ports: [{ containerPort: 8805, hostPort: 18805 }]
          env: [{ name: PEER, value: "10.1.2.3:8805" }, { name: NET, value: 10.8.0.0/16 }]
          resources:
            requests: { cpu: 500m }
            limits: { cpu: 2, memory: 1Gi, hugepages-1Gi: 4Gi }
          securityContext:
            runAsUser: 2000
            allowPrivilegeEscalation: false
            seLinuxOptions: { type: container_t }
            capabilities: { add: [NET_ADMIN], drop: [ALL] }
        - name: log
          image: log
      volumes:
        - name: run
          hostPath: { path: /run/upf }
        - name: scratch
          emptyDir: {}
        - name: data
          ephemeral: { volumeClaimTemplate: { spec: { storageClassName: fast } } }
"""
OTHERS = """\
apiVersion: v1
kind: Service
metadata: { name: upf, namespace: other }
spec:
  type: NodePort
  ports: [{ port: 1, nodePort: 30001 }, { port: 2 }]
---
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: one }, immutable: true }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: two } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: upf }
spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: upf } }
---
apiVersion: v1
kind: LimitRange
metadata: { name: l }
spec: { limits: [{ type: Container, default: { cpu: 1 }, max: { memory: 1Gi } }] }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec: { capacity: { storage: 1Gi }, local: { path: /mnt } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: clean }
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: Never, containers: [{ name: clean, image: "clean:1" }] }
---
apiVersion: core.example/v1alpha2
kind: Slice
metadata: { name: one }
"""


@pytest.fixture(scope="module")
def pod():
    return sound(DEPLOYMENT).pod["Deployment/upf"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("name", "upf"), ("controller", "Deployment"), ("namespace", "core"), ("replicas", 3), ("host_pid", True),
        ("host_network", False), ("automount_token", False), ("service_account", "upf"), ("runtime_class", "kata"),
        ("node_selector", {"example.com/tier": "fast"}), ("node_labels", ("example.com/tier",)),
        ("networks", ("core/user", "ran/n3")), ("ip_addresses", ("10.1.2.3",)),
        ("labels", {"app": "upf", "app.kubernetes.io/name": "upf"}),
        ("cpu_request", Decimal(3)), ("cpu_limit", Decimal(3)), ("memory_request", Size(2**30)),
    ],
)  # fmt: skip
def test_of_pods(pod, member, value):
    assert getattr(pod, member) == value


@pytest.mark.parametrize(
    ("container", "member", "value"),
    [
        ("upf", "role", "main"), ("setup", "role", "init"), ("proxy", "role", "sidecar"),
        ("upf", "image_tag", "4.2.1"), ("upf", "image_digest", "sha256:00ff"), ("setup", "image_tag", ""),
        ("upf", "run_as_user", 2000), ("log", "run_as_user", 1000), ("upf", "run_as_group", 1001),
        ("upf", "privilege_escalation", False), ("log", "privilege_escalation", True),
        ("upf", "has_liveness", True), ("upf", "has_readiness", False), ("upf", "host_ports", (18805,)),
        ("upf", "cpu_request", Decimal("0.5")), ("upf", "cpu_limit", Decimal(2)),
        ("upf", "memory_request", Size(2**30)), ("log", "cpu_limit", None),
        ("upf", "resources", {"hugepages-1Gi": "4Gi"}), ("upf", "selinux_type", "container_t"),
        ("upf", "capabilities", ("NET_ADMIN",)), ("upf", "capabilities_dropped", ("ALL",)),
        ("upf", "read_only_root", False), ("upf", "privileged", False),
    ],
)  # fmt: skip
def test_of_containers(pod, container, member, value):
    assert getattr(pod.container[container], member) == value


@pytest.mark.parametrize(
    ("volume", "member", "value"),
    [
        ("run", "source", "hostPath"), ("run", "host_path", "/run/upf"), ("scratch", "source", "emptyDir"),
        ("data", "storage_class", "fast"),
    ],
)  # fmt: skip
def test_of_volumes(pod, volume, member, value):
    assert getattr(pod.volume[volume], member) == value


def test_of_other_objects():
    found = sound(OTHERS)
    assert found.service["upf"].node_ports == (30001,)
    assert found.service["upf"].type == "NodePort"
    assert {n: m.immutable for n, m in found.config_map.items()} == {"one": True, "two": False}
    assert found.autoscaler["upf"].target_name == "upf"
    assert found.bound["l"].bounds == ("limits.cpu", "limits.memory")
    assert found.persistent_volume["disk"].source == "local"
    assert found.pod["CronJob/clean"].container["clean"].image == "clean:1"
    assert found.object["Service/upf"].namespace == "other"
    assert (found.object["Slice/one"].group, found.object["Slice/one"].version) == ("core.example", "v1alpha2")  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("host_pid",), "true"), (("replicas",), "3"), (("runtime_class",), "kata"), (("ip_addresses",), '"10.1.2.3:8805"'),
        (("node_labels",), "fast"), (("container", "upf"), "upf"), (("container", "upf", "run_as_user"), "2000"),
        (("container", "log", "run_as_user"), "1000"), (("container", "upf", "cpu_limit"), "2"),
        (("container", "upf", "image_tag"), "registry.example:5000/core/upf:4.2.1@sha256:00ff"),
        (("container", "log", "has_liveness"), "log"), (("volume", "run", "host_path"), "/run/upf"),
    ],
)  # fmt: skip
def test_a_member_stands_where_the_manifest_has_it(path, text):
    loader = MemoryLoader({"main.oib": MAIN, "rendered/upf.yaml": DEPLOYMENT})
    span = read(loader)[1].at("workload.upf", "pod", "Deployment/upf", *path)
    assert (span.source.path, span.text) == ("rendered/upf.yaml", text)


def test_a_text_in_the_blueprint_has_its_places_there():
    inline = "\n".join(f"    {line}" for line in OTHERS.splitlines())
    main = MAIN.replace('manifests = "rendered"', f'inline = """\n{inline}\n    """')
    _, spans, found = read(MemoryLoader({"main.oib": main}))
    assert found == []
    span = spans.at("workload.upf", "config_map", "one", "immutable")
    assert (span.source.path, span.text, main.split("\n")[span.line - 1].strip()[:24]) == (
        "main.oib", "true", "- { apiVersion: v1, kind",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["1.2.3.4.5", "10.0.0.0/8", "127.0.0.1", "0.0.0.0", "::1", "12:30:45", "52:54:00:12:34:56", "v1.2.3.4", "255.255.255.0", "fe80", "a::b::c"],
)  # fmt: skip
def test_what_only_looks_like_an_address_is_none(text):
    found = sound(DEPLOYMENT.replace("10.1.2.3:8805", text))
    assert found.pod["Deployment/upf"].ip_addresses == ()


@pytest.mark.parametrize(
    "text", ["10.1.2.3", "http://10.1.2.3/x", "a=10.1.2.3,b", "10.1.2.3/24", "10.1.2.3/32"]
)
def test_an_address_is_found_in_a_text(text):
    found = sound(DEPLOYMENT.replace("10.1.2.3:8805", text))
    assert found.pod["Deployment/upf"].ip_addresses == ("10.1.2.3",)


@pytest.mark.parametrize("text", ["2001:db8::5", "[2001:db8::5]:80", "2001:db8::5/64"])
def test_an_ipv6_address_is_found_in_a_text(text):
    found = sound(DEPLOYMENT.replace("10.1.2.3:8805", text))
    assert found.pod["Deployment/upf"].ip_addresses == ("2001:db8::5",)
