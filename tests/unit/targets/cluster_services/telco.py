"""A cluster with everything that may stand on one, for tests."""

from __future__ import annotations

from tests.unit.targets.clusters import Compiled, compiled

TELCO = """blueprint demo { language = 1 }

hardware server {
  cpu { sockets = 2  cores = 16  features = [vmx] }
  memory = 256 GiB
  disk system { size = 480 GB  media = ssd }
  disk osd { count = 4  size = 4 TB  media = nvme }
  gpu a100 { count = 2  model = "10de:20b5" }
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
  nic fast {
    ports = 2  speed = 100 Gbps  names = ["ens1f0", "ens1f1"]  pci = ["0000:3b:00.0", "0000:3b:00.1"]
    sriov_vfs = 64  model = "8086:1592"
  }
}
secrets kv { store vault { address = "https://vault.example.org:8200"  path = "k8s" } }
pki ca { ca_certificate = file("ca.pem")  ca_key = secrets.kv["ca_key"] }
physnet edge { type = vlan  vlans = [100..199]  mtu = 9000 }
physnet lab { type = flat }
network node { cidr = 10.20.0.0/24  pool lb { ranges = 10.20.0.200..10.20.0.220  managed_by = metallb } }
network public { cidr = 192.0.2.0/24  vlan = 20  pool lb { ranges = 192.0.2.10..192.0.2.20  managed_by = metallb } }
template hosts machine {
  hardware = hardware.server
  memory { platform = 16 GiB }
  port nic.onboard[0] { networks = [network.node] }
}
hosts node like hosts.machine { count = 3 }
hosts edge like hosts.machine {
  count = 2
  port nic.onboard[0] { networks += [network.public] }
}
hosts worker like hosts.machine {
  count = 3
  iommu = true
  port nic.fast[0] { physnet = physnet.edge  mtu = 9000 }
  port nic.fast[1] { physnet = physnet.lab }
}
ceph main {
  monitors = hosts.node
  osds = hosts.node
  devices = disk.osd
  public_network = network.node
  pool volumes { use = kubernetes }
}
kubernetes base {
  version = "1.34"
  control { hosts = hosts.node }
  pool edge { hosts = hosts.edge }
  pool upf { hosts = hosts.worker  taints = { "core" = no_schedule } }
  api { network = network.node  vip = 10.20.0.250 }
  node_network = network.node
  pods = 10.200.0.0/14
  services = 10.204.0.0/16
  cni = calico
  load_balancer metallb { pools = [network.node.pool.lb, network.public.pool.lb]MODE }
  gateway web { network = network.public  address = 192.0.2.15  tls = pki.ca  names = ["web.example.org"] }
  storage_class fast { ceph = ceph.main  default = true }
  addons = [cert_manager, node_feature_discovery, metrics_server, gpu_operator, sriov_network_operator]
  secondary_network n3 {
    cni = sriov  physnet = physnet.edge  vlan = 110  pools = pool.upf  vfs = 8  ipam = whereabouts
    cidr = 10.50.0.0/24  ranges = [10.50.0.10..10.50.0.20, 10.50.0.30..10.50.0.40]  gateway = 10.50.0.1
  }
  secondary_network n6 {
    cni = sriov  physnet = physnet.edge  vlan = 111  pools = pool.upf  driver = vfio_pci  ipam = none  namespace = "upf"
  }
  secondary_network lab { cni = macvlan  physnet = physnet.lab  pools = pool.upf  ipam = static  mtu = 1400 }
  namespace upf {
    labels = { "team" = "core" }  quota { pods = 40  cpu = 30  memory = 64 GiB }
    network_policy = deny_all  pod_security = privileged
  }
BODY
}
"""


def telco(body: str = "", mode: str = "") -> str:
    """The text, with more in the cluster's block or other options of the load balancer."""
    return TELCO.replace("BODY", body).replace("MODE", mode)


def services(text: str | None = None) -> Compiled:
    """What the target makes of it."""
    return compiled(telco() if text is None else text, "cluster_services", files={"ca.pem": "ca\n"})
