"""One and the same `openstack` block, on hosts by Kolla-Ansible and on Kubernetes by OpenStack-Helm."""

from __future__ import annotations

import configparser
from functools import cache

import pytest
import yaml

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

GROUND = """
blueprint both { language = 1 }
site here {
  country = DE
  region = "here-1"
  rack r[1..3] {}
  dns = [10.20.0.53]
}
secrets vault { store vault { address = "https://vault.example:8200"  path = "both" } }
pki ca { issuer = internal }
hardware server {
  cpu { sockets = 2  cores = 16  threads = 2  features = [vmx] }
  memory = 384 GiB
  disk system { size = 480 GB  media = ssd }
  disk osd { count = 2  size = 7680 GB  media = nvme }
  nic a { ports = 2  speed = 25 Gbps  names = ["ens1f0", "ens1f1"] }
  nic b { ports = 2  speed = 25 Gbps  names = ["ens2f0", "ens2f1"] }
}
network node {
  site = site.here  cidr = 10.20.0.0/22  gateway = 10.20.0.1  reserved = [10.20.0.53]
  POOL
}
network storage { site = site.here  cidr = 10.21.0.0/22  vlan = 66  mtu = 9000 }
network tenant { site = site.here  cidr = 10.22.0.0/22  vlan = 68  mtu = 9000 }
network outside { site = site.here  cidr = 192.0.2.0/24  vlan = 700  gateway = 192.0.2.1  managed_by = neutron }
physnet ex { type = vlan  vlans = [700, 1000..1999]  mtu = 9000 }
template hosts machine {
  site = site.here  hardware = hardware.server  spread = rack  os = "ubuntu-24.04"
  memory { platform = 24 GiB }
  bond bond0 {
    ports = [nic.a[0], nic.b[0]]  native = network.node  mtu = 9000
    networks = [network.storage, network.tenant]
  }
  bond bond1 { ports = [nic.a[1], nic.b[1]]  mtu = 9000  physnet = physnet.ex }
}
hosts control like hosts.machine { count = 3  name = "ctl-${n}" }
hosts compute like hosts.machine { count = 3  name = "cmp-${n}" }
ceph main {
  monitors = hosts.control  managers = hosts.control  osds = hosts.control  devices = disk.osd
  public_network = network.storage
  pool kube { use = kubernetes }
  pool images { use = glance }
  pool volumes { use = cinder }
  pool backups { use = cinder_backup }
  pool vms { use = nova }
}
"""
POOL = "pool lb { ranges = 10.20.3.200..10.20.3.240  managed_by = metallb }"
CLUSTER = """
kubernetes base {
  version = "1.34"
  control { hosts = hosts.control  schedulable = true }
  pool compute { hosts = hosts.compute }
  api { network = network.node  vip = 10.20.3.250 }
  node_network = network.node
  pods = 10.200.0.0/14
  services = 10.204.0.0/16
  cni = calico
  load_balancer metallb { pools = network.node.pool.lb }
  gateway public { network = network.node  tls = pki.ca }
  storage_class general { ceph = ceph.main  default = true }
  addons = [cert_manager]
}
"""
ON = "on = kubernetes.base"
REGION = """
openstack core {
  ON
  release = "2025.1"
  region = "here-1"
  control = hosts.control
  compute = hosts.compute
  storage = ceph.main
  secrets = secrets.vault
  api {
    internal { network = network.node  vip = 10.20.3.201  fqdn = "int.cloud.example" }
    public { network = network.node  vip = 10.20.3.202  fqdn = "api.cloud.example"  tls = pki.ca }
  }
  networks { tenant = network.tenant  migration = network.node  storage = network.storage }
  services = [keystone, glance, placement, nova, neutron, cinder, heat, horizon, barbican]
  nova { cpu_mode = host_passthrough  config "nova.conf" { scheduler { max_attempts = 7 } } }
  neutron { plugin = ovn  overlay = geneve  distributed_floating_ip = true }
  flavor "c4.m8" { vcpus = 4  ram = 8 GiB  disk = 40 GiB }
  external_network outside { network = network.outside  physnet = physnet.ex  pool = 192.0.2.50..192.0.2.250 }
  MORE
}
"""


def compiled(*, on_cluster: bool, more: str = "", services: str = ""):
    region = REGION.replace("ON\n", f"{ON}\n" if on_cluster else "\n", 1).replace("MORE", more)
    if services:
        region = region.replace("barbican]", f"barbican, {services}]")
    ground = GROUND.replace("POOL", POOL if on_cluster else "")
    text = ground + (CLUSTER if on_cluster else "") + region
    return compile_blueprint(MemoryLoader({"main.oib": text}), Options())


def made(*, on_cluster: bool):
    found = compiled(on_cluster=on_cluster)
    assert [(d.rule.code, d.message) for d in found.diagnostics] == []
    return {deployment.target: deployment for deployment in found.deployments}


def codes(*, on_cluster: bool, **more: str) -> list[str]:
    found = compiled(on_cluster=on_cluster, **more)
    return [d.rule.code for d in found.diagnostics if d.is_error]


def text_of(deployment, path: str) -> str:
    return next(a.text for a in deployment.artifacts if a.path == f"{deployment.target}/{path}")


def test_on_hosts_kolla_ansible_deploys_it():
    targets = made(on_cluster=False)
    assert "kolla_ansible" in targets
    assert not targets.keys() & {"kubespray", "openstack_helm"}


def test_on_a_cluster_openstack_helm_does():
    targets = made(on_cluster=True)
    assert targets.keys() >= {"kubespray", "openstack_helm"}
    assert "kolla_ansible" not in targets


def test_both_are_told_the_same():
    by_kolla = yaml.safe_load(text_of(made(on_cluster=False)["kolla_ansible"], "globals.yml"))
    helm = made(on_cluster=True)["openstack_helm"]
    keystone, nova, neutron = (
        yaml.safe_load(text_of(helm, f"values/{chart}.yaml"))
        for chart in ("keystone", "nova", "neutron")
    )
    identity = keystone["endpoints"]["identity"]
    assert by_kolla["openstack_region_name"] == identity["auth"]["admin"]["region_name"]
    public = identity["host_fqdn_override"]["public"]["host"]
    assert public.endswith(by_kolla["kolla_external_fqdn"])
    assert neutron["conf"]["plugins"]["ml2_conf"]["ml2"]["mechanism_drivers"] == "ovn"
    assert by_kolla["neutron_plugin_agent"] == "ovn"
    assert nova["conf"]["nova"]["scheduler"]["max_attempts"] == 7


def test_configuration_of_a_service_reaches_both():
    parser = configparser.RawConfigParser(delimiters=("=",), default_section="")
    parser.read_string(text_of(made(on_cluster=False)["kolla_ansible"], "config/nova.conf"))
    assert parser["scheduler"]["max_attempts"] == "7"


def test_what_it_offers_is_made_in_the_same_way():
    ours = [made(on_cluster=each)["openstack_resources"] for each in (False, True)]
    plain, on_cluster = (text_of(each, "resources.yml") for each in ours)
    assert plain == on_cluster


def test_each_order_gives_what_it_takes():
    taken = [
        {what.kind for step in deployment.steps for what in (each.what for each in step.takes)}
        for deployment in (
            made(on_cluster=False)["kolla_ansible"],
            made(on_cluster=True)["openstack_helm"],
        )
    ]
    assert taken == [{"keyring"}, {"keyring", "ceph_conf", "kubeconfig"}]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"services": "trove"}, "OIB6701"),
        ({"more": "cell two { control = hosts.control  compute = hosts.compute }"}, "OIB6713"),
        ({"more": "keystone { token_expiry = 500 ms }"}, "OIB6717"),
    ],
)
def test_what_the_charts_have_no_way_to_say_is_an_error_that_says_so(more, code):
    found = [d for d in compiled(on_cluster=True, **more).diagnostics if d.rule.code == code]
    assert found
    assert found[0].hint


@pytest.mark.parametrize(
    ("on_cluster", "more"),
    [
        (False, "deployer openstack_helm { replicas { api = 2 } }"),
        (True, "deployer kolla_ansible { container_engine = podman }"),
    ],
)
def test_a_tool_for_other_ground_is_an_error_that_says_so(on_cluster, more):
    assert "OIB5776" in codes(on_cluster=on_cluster, more=more)


# ------------------------------------------------------------------------ nothing is dropped without a word

NOVA = "nova { cpu_mode = host_passthrough "
NEUTRON = "neutron { plugin = ovn  overlay = geneve  distributed_floating_ip = true }"
OVN = "plugin = ovn  overlay = geneve  distributed_floating_ip = true"
BESIDE = """
proxy p { http = "http://proxy.example:3128"  https = "http://proxy.example:3128" }
registry repo { url = "registry.example" }
network prov { site = site.here  cidr = 10.99.0.0/24  vlan = 1500  managed_by = neutron }
"""
FEDERATION = """keystone {
    federation sso {
      issuer = "https://sso.example/realms/cloud"  client = "keystone"  secret = secrets.vault["oidc"]
      mapping = "[{\\"local\\": [{\\"user\\": {\\"name\\": \\"{0}\\"}}], \\"remote\\": [{\\"type\\": \\"OIDC-sub\\"}]}]"
    }
  }"""
MORE = (
    "keystone { token_expiry = 2 h }",
    FEDERATION,
    "keystone { passwords { lockout_attempts = 5  expires = 90 days  history = 5 } }",
    "keystone { passwords { length = 48 } }",
    'glance { nfs = "nas:/images" }',
    'cinder { backup_nfs = "nas:/backup" }',
    'cinder { nfs { shares = ["nas:/volumes"] } }',
    "cinder { lvm { devices = disk.osd } }",
    'barbican { backend vault { address = "https://v.example:8200"  role = secrets.vault["r"]  secret = secrets.vault["s"] } }',
    "monitoring = hosts.control",
    "volumes = hosts.compute",
    "deploy_from = hosts.control[1]",
    "proxy = proxy.p",
    "registry = registry.repo",
    "network = hosts.compute",
    "provider_network prov { network = network.prov  physnet = physnet.ex }",
    "aggregate fast { hosts = hosts.compute  cpu_ratio = 2.0 }",
    "project team { quota { cores = 10 } }",
    "volume_type secret { encryption {} }",
    'log_store { address = "https://logs.example:9200" }',
    "cell two { control = hosts.control  compute = hosts.compute }",
)
OF_NOVA = (
    "cpu_mode = host_model",
    'cpu_mode = custom  cpu_models = ["Skylake-Server"]',
    "cpu_mode = none",
    "virt = qemu",
    *(
        f"cpu_mode = host_passthrough  {each}"
        for each in (
            "console = spice", "console = none", "cpu_ratio = 4.0", "ram_ratio = 1.2",
            "disk_ratio = 2.0", 'nfs = "nas:/guests"', "verify_images = true", "migration_tls = true",
        )
    ),
)  # fmt: skip
OF_NEUTRON = (
    "plugin = ovs  overlay = vxlan",
    "plugin = ovn  overlay = vxlan  distributed_floating_ip = true",
    "plugin = ovn  overlay = geneve",
    *(
        f"{OVN}  {each}"
        for each in (
            "vni = 5000..90000", "qos = true", "trunk = true", "vpn = true", "port_forwarding = true",
            "service_chaining = true",
            'dns_domain = "vm.example."', "datapath = dpdk",
        )
    ),
)  # fmt: skip
OF_THE_API = ("vrid = 77", "backend_tls = true", "queue_tls = true", "database_tls = true")
SERVICES = (
    "aodh", "blazar", "ceilometer", "cloudkitty", "cyborg", "designate", "gnocchi", "grafana",
    "ironic", "magnum", "manila", "masakari", "mistral", "octavia", "opensearch", "prometheus",
    "skyline", "swift", "tacker", "trove", "watcher", "zun",
)  # fmt: skip
CHANGES = (
    *(("MORE", each) for each in MORE),
    *((NOVA, f"nova {{ {each} ") for each in OF_NOVA),
    *((NEUTRON, f"neutron {{ {each} }}") for each in OF_NEUTRON),
    *(("  api {\n", f"  api {{\n    {each}\n") for each in OF_THE_API),
    *(("barbican]", f"barbican, {each}]") for each in SERVICES),
)


def run(change: tuple[str, str], *, on_cluster: bool):
    assert change[0] in REGION, change
    region = REGION.replace(*change, 1).replace("MORE", "")
    region = region.replace("ON\n", f"{ON}\n" if on_cluster else "\n", 1)
    ground = GROUND.replace("POOL", POOL if on_cluster else "") + BESIDE
    text = ground + (CLUSTER if on_cluster else "") + region
    found = compile_blueprint(MemoryLoader({"main.oib": text}), Options())
    emitted = {(d.layer, a.path): a.text for d in found.deployments for a in d.artifacts}
    return [d for d in found.diagnostics if d.is_error], emitted


@cache
def usual(*, on_cluster: bool):
    errors, emitted = run(("MORE", ""), on_cluster=on_cluster)
    assert errors == []
    return emitted


@pytest.mark.parametrize("on_cluster", [False, True], ids=["kolla_ansible", "openstack_helm"])
@pytest.mark.parametrize("change", CHANGES, ids=[new for _, new in CHANGES])
def test_what_is_stated_changes_what_is_emitted_or_is_refused(change, on_cluster):
    errors, emitted = run(change, on_cluster=on_cluster)
    assert errors or emitted != usual(on_cluster=on_cluster)


@pytest.mark.parametrize("on_cluster", [False, True], ids=["kolla_ansible", "openstack_helm"])
@pytest.mark.parametrize("change", CHANGES, ids=[new for _, new in CHANGES])
def test_what_is_refused_is_refused_where_it_stands_and_with_a_way_out(change, on_cluster):
    errors, _ = run(change, on_cluster=on_cluster)
    assert [error.rule.code for error in errors if not error.hint] == []
    assert len(errors) <= 2, [error.message for error in errors]
