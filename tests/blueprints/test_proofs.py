"""One mistake in a whole stack is one error, which points at both ends and says what to do."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

ROOT = Path(__file__).parents[2] / "reference_blueprints"
SANDWICH, MANAGED = "china_mobile", "h3c_cloudos"
WORKERS = "vcpus = 16  ram = 64 GiB"
PROVIDER = "  bond bond1 { ports = [nic.front[1], nic.back[1]]  mtu = 9000  physnet = physnet.ex }\n}\n\nhosts management"
#: What is wrong, where, the change, the code, and what is underlined.
MISTAKES = (
    ("Kata without nested virtualisation", SANDWICH, ("  nested_virtualization = true\n", ""), "OIB5808", "runtime kata"),
    ("Kata on a processor model of libvirt's", SANDWICH, ("cpu_mode = host_passthrough", "cpu_mode = host_model"), "OIB5808", "runtime kata"),
    ("processors that don't virtualise", SANDWICH, ("cpu { cores = 48 }", "cpu { cores = 48  features = [ept] }"), "OIB5133", "true"),
    ("cores over the quota by one", SANDWICH, ("quota { cores = 320", "quota { cores = 287"), "OIB5809", "project[name]"),
    ("a guest over the quota", SANDWICH, ("ram = 1280 GiB  instances = 40", "ram = 1280 GiB  instances = 17"), "OIB5809", "project[name]"),
    ("a flavor that no host holds", SANDWICH, (WORKERS, "vcpus = 400  ram = 64 GiB"), "OIB5523", "400"),
    ("more memory than a host has", SANDWICH, (WORKERS, "vcpus = 16  ram = 1100 GiB"), "OIB5523", "1100 GiB"),
    ("huge pages that nobody keeps", SANDWICH, (WORKERS, f"{WORKERS}  hugepages = 1 GiB"), "OIB5522", "1 GiB"),
    ("pinned CPUs that nobody keeps", SANDWICH, (WORKERS, f"{WORKERS}  cpu_policy = dedicated"), "OIB5523", "16"),
    ("copies without failure domains", SANDWICH, ("pool volumes { use = cinder  failure_domain = zone }", "pool volumes { use = cinder  failure_domain = zone  size = 4 }"), "OIB5301", "zone"),
    ("an even control plane", SANDWICH, ("hosts control like hosts.node {\n  count = 3", "hosts control like hosts.node {\n  count = 4"), "OIB5201", "hosts.control"),
    ("an even control plane of guests", SANDWICH, ("control { count = 3", "control { count = 2"), "OIB5201", "2"),
    ("pods on the networks of nodes", SANDWICH, ("pods = 10.200.0.0/14", "pods = 10.64.0.0/14"), "OIB5001", "10.64.0.0/14"),
    ("services on a network of storage", SANDWICH, ("services = 10.204.0.0/16", "services = 10.66.0.0/16"), "OIB5001", "10.66.0.0/16"),
    ("guests on the network of nodes", SANDWICH, ("cidr = 10.6.0.0/22", "cidr = 10.64.0.0/22"), "OIB5001", "10.64.0.0/22"),
    ("pods of tenants on the APIs below", SANDWICH, ("pods = 10.100.0.0/16", "pods = 192.0.0.0/16"), "OIB5001", "192.0.0.0/16"),
    ("pods of tenants on floating addresses", SANDWICH, ("pods = 10.100.0.0/16", "pods = 100.64.0.0/16"), "OIB5001", "100.64.0.0/16"),
    ("tenants' network on that of replicas", SANDWICH, ("cidr = 10.68.0.0/22", "cidr = 10.67.0.0/22"), "OIB5001", "10.67.0.0/22"),
    ("frames of guests through the overlay", SANDWICH, ("cidr = 10.6.0.0/22 }", "cidr = 10.6.0.0/22  mtu = 8943 }"), "OIB5774", "8943"),
    ("a bond for small frames", SANDWICH, ("ports = [nic.a[0], nic.b[0]]  mtu = 9000", "ports = [nic.a[0], nic.b[0]]  mtu = 1500"), "OIB5105", "1500"),
    ("nobody balances load", SANDWICH, ("  load_balancer metallb { pools = [network.node.pool.lb, network.public.pool.lb] }\n", ""), "OIB5813", None),
    ("a layer on itself through others", SANDWICH, ("kubernetes base {\n", "kubernetes base {\n  on = openstack.bcec\n"), "OIB4001", "openstack.bcec"),
    ("storage on what stands on it", SANDWICH, ("  on = kubernetes.base\n  registry = registry.repo", '  on = kubernetes.tenant["gov"]\n  registry = registry.repo'), "OIB4001", None),
    ("computes that are no nodes", SANDWICH, ('  pool compute { hosts = hosts.compute  taints = { "node-role/compute" = no_schedule } }\n', ""), "OIB5815", "hosts.compute"),
    ("control nodes that take no pods", SANDWICH, ("schedulable = true", "schedulable = false"), "OIB5816", "hosts.control"),
    ("no storage for databases", SANDWICH, ('storage_class = "general"  default = true', ""), "OIB5814", None),
    ("a Kubernetes too old for the charts", SANDWICH, ('version = "1.34"\n', 'version = "1.32"\n'), "OIB5710", '"1.32"'),
    ("nodes of another version", SANDWICH, ('  version = "1.34.1"\n', '  version = "1.33.4"\n'), "OIB5711", None),
    ("functions of pods on ports of none of the pools", SANDWICH, ("  cni calico { encapsulation = vxlan }\n", "  cni calico { encapsulation = vxlan }\n  secondary_network f1 { cni = sriov  physnet = physnet.ex  vlan = 1000  vfs = 2  ipam = none }\n"), "OIB5817", None),
    ("Firecracker without a disk", SANDWICH, ("shim = qemu ", "shim = fc "), "OIB7002", None),
    ("a Kubernetes too new for all", MANAGED, ('version = "1.34"', 'version = "1.36"'), "OIB5710", '"1.36"'),
    ("hosts that keep guests no core", MANAGED, ("cores { platform = 2 }", "cores { platform = 2  isolated = 22 }"), "OIB5523", "4"),
    ("cores over the NUMA node", MANAGED, ("cores { platform = 2 }", "cores { platform = 2  isolated = 23 }"), "OIB5502", "23"),
    ("copies over the racks", MANAGED, ("pool vms { use = nova  failure_domain = rack }", "pool vms { use = nova  failure_domain = rack  size = 4 }"), "OIB5301", "rack"),
    ("servers off the network of tenants", MANAGED, ("  bond bond0 { networks += [network.tenant] }\n", ""), "OIB5802", "hosts.netnode"),
    ("an address off its network", MANAGED, ("vip = 10.80.0.200", "vip = 10.90.0.200"), "OIB5010", "10.90.0.200"),
    ("links that lead nowhere outside", MANAGED, (PROVIDER, "}\n\nhosts management"), "OIB5804", "hosts.netnode"),
    ("virtual functions of a card without", MANAGED, (PROVIDER, "  port nic.front[1] { physnet = physnet.ex  mtu = 9000  sriov { vfs = 8 } }\n  iommu = true\n}\n\nhosts management"), "OIB5508", "8"),
    ("a polled port without cores", MANAGED, (PROVIDER, "  port nic.front[1] { physnet = physnet.ex  mtu = 9000  datapath = dpdk }\n  iommu = true\n}\n\nhosts management"), "OIB5506", "dpdk"),
    ("a name server inside the cluster", MANAGED, ("dns = [10.80.0.53, ", "dns = [10.96.0.53, "), "OIB5720", None),
    ("two overlays on one port", MANAGED, ("cni calico { encapsulation = none }", "cni calico { encapsulation = vxlan }"), "OIB5771", None),
    ("a registry that nodes don't know", MANAGED, ("  registry = registry.repo\n  secrets = secrets.local\n}\n\n# ----", "  secrets = secrets.local\n}\n\n# ----"), "OIB5780", None),
    ("a secret in plain text", MANAGED, ('ca_key = secrets.local["ca_key"]', 'ca_key = "hunter2"'), "OIB3010", '"hunter2"'),
)  # fmt: skip
#: Errors of a value by itself have one end.
OF_ONE_END = {"OIB3010"}


@cache
def files(name: str) -> dict[str, str | bytes]:
    found: dict[str, str | bytes] = {}
    for path in sorted((ROOT / name).rglob("*")):
        if path.is_file() and path.name != "oib.lock":
            is_text = path.suffix in (".oib", ".csv", ".pem")
            inside = path.relative_to(ROOT / name).as_posix()
            found[inside] = path.read_text("utf-8") if is_text else path.read_bytes()
    return found


def errors(name: str, change: tuple[str, str]):
    text = str(files(name)["main.oib"])
    assert change[0] in text, "the reference blueprint has changed: change the mistake"
    loader = MemoryLoader({**files(name), "main.oib": text.replace(*change, 1)})
    return [d for d in check_blueprint(loader, Options()).diagnostics if d.is_error]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
def test_a_mistake_is_one_error_with_both_ends_and_a_way_out(mistake):
    _, name, change, code, underlined = mistake
    found = errors(name, change)
    assert [(d.rule.code, d.message) for d in found if d.rule.code != code] == []
    (fault,) = found
    assert fault.span is not None
    assert underlined in (None, fault.span.text)
    assert fault.hint
    assert fault.labels or len(fault.notes) > 1 or code in OF_ONE_END
