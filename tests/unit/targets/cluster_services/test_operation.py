"""What watches a cluster and bounds what it takes: charts and kinds are told what the blueprint says."""

from __future__ import annotations

import pytest

from targets._kubernetes.charts import chart
from targets._kubernetes.crds import is_known, judge
from tests.unit.targets.cluster_services.watched import watched
from tests.unit.targets.clusters import cluster, compiled

CHARTS = {"monitoring": "kube-prometheus-stack", "fluent-bit-events": "fluent-bit"}
FILES = {"ca.pem": "ca\n", "cosign.pub": "key\n"}
WATCHING = ("falco", "fluent-bit", "fluent-bit-events", "monitoring", "policy-controller", "trivy-operator")  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return compiled(watched(), "cluster_services", files=FILES)


def _sections(text):
    """The sections of a configuration of Fluent Bit: their names and values."""
    found = []
    for line in text.splitlines():
        if line.startswith("["):
            found.append((line.strip("[]"), {}))
        elif line.strip():
            key, _, value = line.strip().partition(" ")
            found[-1][1][key] = value
    return found


def _output(store):
    made = compiled(watched(store), "cluster_services", files=FILES)
    ((_, values),) = _sections(made.values("fluent-bit")["config"]["outputs"])
    return values


@pytest.mark.parametrize("release", WATCHING)
def test_every_value_is_one_that_its_chart_knows_and_reads(made, release):
    assert chart(CHARTS.get(release, release)).strays(made.values(release)) == ()


def test_every_custom_resource_is_one_that_its_kind_allows(made):
    documents = [
        d
        for path in made.files
        if "/manifests/" in path
        for d in made.documents(path.split("/")[2])
    ]
    judged = {d["kind"] for d in documents if is_known(d["apiVersion"], d["kind"])}
    assert [f for d in documents if d["kind"] in judged for f in judge(d)] == []
    assert {"BFDProfile", "BackendTrafficPolicy", "ClusterImagePolicy"} <= judged


def test_logs_of_containers_of_the_journal_and_of_the_audit_are_read_and_wait_on_disk(made):
    inputs = _sections(made.values("fluent-bit")["config"]["inputs"])
    assert [values["Tag"] for _, values in inputs] == ["kube.*", "host.*", "audit.kubernetes"]
    assert {values["storage.type"] for _, values in inputs} == {"filesystem"}


def test_no_audit_log_is_looked_for_where_none_is_kept():
    text = watched().replace("audit {}", "")
    values = compiled(text, "cluster_services", files=FILES).values("fluent-bit")
    assert "audit" not in values["config"]["inputs"]


def test_logs_go_to_opensearch_over_tls_by_a_password_that_is_no_artifact_s(made):
    ((_, values),) = _sections(made.values("fluent-bit")["config"]["outputs"])
    expected = {
        "Name": "opensearch", "Host": "logs.example.org", "Port": "9201", "Path": "/search",
        "tls": "On", "tls.verify": "On", "tls.ca_file": "/log-store/ca.crt", "HTTP_User": "writer",
        "HTTP_Passwd": "${LOG_STORE_PASSWORD}", "Retry_Limit": "no_limits",
        "storage.total_limit_size": "2048M",
    }  # fmt: skip
    assert {key: values[key] for key in expected} == expected
    assert any('--from-file=password="$LOG_PASSWORD"' in command for command in made.commands)


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        ('store loki { address = "http://10.0.0.9/x"  tenant = "edge" }',
         {"Name": "loki", "Host": "10.0.0.9", "Port": "80", "Uri": "/x/loki/api/v1/push",
          "Tenant_ID": "edge", "tls": None, "tls.ca_file": None, "HTTP_User": None}),
        ('store loki { address = "https://[2001:db8::1]:3100" }',
         {"Host": "2001:db8::1", "Port": "3100", "Uri": None, "tls": "On"}),
        ('store syslog { address = "tls://siem.example.org"  ca = file("ca.pem") }',
         {"Name": "syslog", "Mode": "tls", "Port": "6514", "tls": "On", "Syslog_Message_Key": "log"}),
        ('store syslog { address = "udp://siem.example.org" }',
         {"Mode": "udp", "Port": "514", "tls": None}),
    ],
)  # fmt: skip
def test_other_stores_are_reached_by_their_own_words(store, expected):
    values = _output(store)
    assert {key: values.get(key) for key in expected} == expected


def test_syslog_gets_one_text_of_each_record():
    made = compiled(
        watched('store syslog { address = "tcp://siem.example.org:601" }'),
        "cluster_services",
        files=FILES,
    )
    filters = _sections(made.values("fluent-bit")["config"]["filters"])
    assert {"Name": "modify", "Match": "host.*", "Rename": "MESSAGE log"} in [v for _, v in filters]
    assert "Parser" not in made.values("fluent-bit")["config"]["inputs"].replace(
        "multiline.parser", ""
    )
    events = _sections(made.values("fluent-bit-events")["config"]["filters"])
    assert events[0][1]["Rename"] == "message log"


def test_one_pod_alone_follows_the_events(made):
    values = made.values("fluent-bit-events")
    assert values["kind"] == "Deployment"
    assert values["rbac"] == {"eventsAccess": True}
    assert "kubernetes_events" in values["config"]["inputs"]


def test_measurements_are_kept_where_and_as_long_as_stated(made):
    spec = made.values("monitoring")["prometheus"]["prometheusSpec"]
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]
    assert (spec["retention"], spec["replicas"]) == ("30d", 2)
    assert claim["resources"]["requests"]["storage"] == "200Gi"
    assert claim["storageClassName"] == "fast"
    required = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert required["nodeSelectorTerms"][0]["matchExpressions"][0]["values"] == ["upf"]
    assert [taint["key"] for taint in spec["tolerations"]] == ["core"]


def test_alarms_are_posted_to_whom_it_is_stated(made):
    config = made.values("monitoring")["alertmanager"]["config"]
    hook = {"url": "https://alarms.example.org/hook", "send_resolved": True}
    assert config["route"] == {"receiver": "operator"}
    assert config["receivers"][1] == {"name": "operator", "webhook_configs": [hook]}


def test_etcd_is_measured_at_its_hosts(made):
    assert made.values("monitoring")["kubeEtcd"]["endpoints"] == [
        "10.20.0.3",
        "10.20.0.4",
        "10.20.0.5",
    ]


def test_kube_proxy_is_not_looked_for_where_there_is_none():
    text = cluster("  monitoring {}  kube_proxy = none").replace("cni = calico", "cni = cilium")
    assert compiled(text, "cluster_services").values("monitoring")["kubeProxy"] == {
        "enabled": False
    }


def test_images_need_a_registry_and_a_signature_in_stated_namespaces(made):
    spec = made.of_kind("ClusterImagePolicy")["images"]["spec"]
    assert spec == {
        "images": [{"glob": "registry.example.org/cnf/**"}],
        "mode": "enforce",
        "authorities": [{"name": "image-key-1", "key": {"secretRef": {"name": "image-key-1"}}}],
    }
    assert made.values("policy-controller")["webhook"]["configData"] == {"no-match-policy": "deny"}
    labels = made.of_kind("Namespace")["bounded"]["metadata"]["labels"]
    assert labels["policy.sigstore.dev/include"] == "true"
    assert any('cosign.pub="$IMAGE_KEY_1"' in command for command in made.commands)


def test_a_policy_without_keys_asks_for_the_registry_alone():
    text = watched().replace('  keys = [file("cosign.pub")]', "  mode = warn")
    made = compiled(text, "cluster_services", files=FILES)
    spec = made.of_kind("ClusterImagePolicy")["images"]["spec"]
    assert spec["authorities"] == [{"name": "anybody", "static": {"action": "pass"}}]
    assert (spec["mode"], made.values("policy-controller")["webhook"]["configData"]) == (
        "warn", {"no-match-policy": "warn"},
    )  # fmt: skip


def test_the_controller_of_images_trusts_the_registry_s_authority():
    text = watched().replace(
        "kubernetes base {",
        'registry own { url = "registry.example.org"  ca = file("ca.pem") }\nkubernetes base {\n  registry = registry.own',
    )
    made = compiled(text, "cluster_services", files=FILES)
    bundle = made.values("policy-controller")["webhook"]["registryCaBundle"]
    assert bundle == {"name": "registry-authority", "key": "ca.crt"}
    assert any("create configmap registry-authority" in command for command in made.commands)


def test_a_gateway_takes_so_many_requests_and_no_more(made):
    spec = made.of_kind("BackendTrafficPolicy")["web"]["spec"]
    assert spec["targetRefs"][0]["name"] == "web"
    assert spec["rateLimit"]["local"]["rules"] == [{"limit": {"requests": 100, "unit": "Second"}}]


def test_routers_are_watched_by_bfd(made):
    assert made.of_kind("BFDProfile")["routers"]["spec"] == {
        "receiveInterval": 150, "transmitInterval": 150, "detectMultiplier": 3,
    }  # fmt: skip
    assert made.of_kind("BGPPeer")["peer-10-20-0-1"]["spec"]["bfdProfile"] == "routers"


def test_functions_have_rates_and_a_priority(made):
    spec = made.of_kind("SriovNetwork")["n6"]["spec"]
    assert (spec["minTxRate"], spec["maxTxRate"], spec["vlanQoS"]) == (1000, 10000, 5)


def test_a_namespace_bounds_what_its_pods_use(made):
    hard = made.of_kind("ResourceQuota")["quota"]["spec"]["hard"]
    documents = [
        d for d in made.documents("namespaces") if d["metadata"].get("namespace") == "bounded"
    ]
    by_kind = {d["kind"]: d["spec"] for d in documents}
    assert hard
    assert by_kind["ResourceQuota"]["hard"] == {"limits.cpu": "60", "limits.memory": "128Gi"}
    (bounds,) = by_kind["LimitRange"]["limits"]
    assert bounds == {"type": "Container", "default": {"cpu": "2", "memory": "4Gi"}}


@pytest.mark.parametrize(
    ("pods", "is_told"), [("10.200.0.0/14", False), ("[10.200.0.0/14, 2001:db8:200::/104]", True)]
)
def test_calico_of_kubespray_is_told_apart_to_encrypt_ipv6(pods, is_told):
    text = cluster("  addons = [metrics_server]").replace(
        "cni = calico", "cni calico { encryption = wireguard }"
    )
    for old, new in (
        ("pods = 10.200.0.0/14", f"pods = {pods}"),
        ("cidr = 10.20.0.0/24", "cidr = 10.20.0.0/24  cidr6 = 2001:db8:20::/64"),
        ("services = 10.204.0.0/16", "services = [10.204.0.0/16, 2001:db8:204::/112]" if is_told else "services = 10.204.0.0/16"),
    ):  # fmt: skip
        text = text.replace(old, new)
    made = compiled(text, "cluster_services")
    assert ("default" in made.of_kind("FelixConfiguration")) is is_told


def test_a_cluster_of_ipv6_alone_is_asked_by_that():
    store = 'store syslog { address = "tls://siem.example.org" }'
    text = cluster(f"  monitoring {{}}\n  logging {{ {store} }}")
    for old, new in (
        ("cidr = 10.20.0.0/24", "cidr = 2001:db8:20::/64"),
        ("vip = 10.20.0.250", "vip = 2001:db8:20::250"),
        ("pods = 10.200.0.0/14", "pods = 2001:db8:200::/104"),
        ("services = 10.204.0.0/16", "services = 2001:db8:204::/112"),
    ):
        text = text.replace(old, new)
    values = compiled(text, "cluster_services").values("fluent-bit")
    assert "HTTP_Listen ::\n" in values["config"]["service"]
    files = compiled(text, "kubespray").files
    variables = files["kubespray/inventory/group_vars/all/kubernetes.yml"].text
    assert 'kube_proxy_metrics_bind_address: "[::]:10249"' in variables
