"""Rules of Metal3 that hold by how hosts are described: credentials beside their hosts."""

from __future__ import annotations

import yaml

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

METAL = """blueprint demo { language = 1 }

secrets kv { store file { path = "/etc/oib/secrets" } }
hardware server {
  cpu { sockets = 2  cores = 16  features = [vmx] }
  memory = 128 GiB
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
  bmc { protocol = redfish }
  secure_boot = true
}
network bmc { cidr = 10.9.0.0/24  routable = false }
network node { cidr = 10.20.0.0/24  gateway = 10.20.0.1 }
template hosts server {
  hardware = hardware.server
  bmc { network = network.bmc  credentials = secrets.kv["bmc"] }
  port nic.onboard[0] { networks = [network.node] }
}
hosts n1 like hosts.server { bmc { address = 10.9.0.11 }  boot { mac = 52:54:00:00:00:01 } }
hosts n2 like hosts.server { bmc { address = 10.9.0.12 }  boot { mac = 52:54:00:00:00:02 } }
hosts n3 like hosts.server { bmc { address = 10.9.0.13 }  boot { mac = 52:54:00:00:00:03 } }
existing kubernetes manager {
  version = "1.34"
  control {}
  pods = 10.200.0.0/16
  services = 10.210.0.0/16
  cni = calico
}
kubernetes metal {
  manager = kubernetes.manager
  version = "1.34.1"
  control { hosts = [hosts.n1, hosts.n2, hosts.n3]  schedulable = true }
  api { network = network.node  vip = 10.20.0.250 }
  node_network = network.node
  pods = 10.100.0.0/16
  services = 10.110.0.0/16
  cni = calico
  deployer cluster_api {
    image = "https://images.example/kube-1.34.1.qcow2"
    sha256 = "5f1c0e3b7a9d2468ace013579bdf02468ace13579bdf02468ace13579bdf0246"
  }
}
"""


def test_credentials_are_in_the_namespace_of_their_hosts():
    run = compile_blueprint(MemoryLoader({"main.oib": METAL}), Options(targets=("cluster_api",)))
    (made,) = run.deployments
    (page,) = (each.text for each in made.artifacts if each.path.endswith("cluster.yaml"))
    hosts = [each for each in yaml.safe_load_all(page) if each["kind"] == "BareMetalHost"]
    wanted = {(h["metadata"]["namespace"], h["spec"]["bmc"]["credentialsName"]) for h in hosts}
    made_by = " ".join(command for step in made.steps for command in step.commands)
    assert len(hosts) == 3
    ((space, name),) = wanted
    making = (
        f'for secret in {name}; do kubectl create secret generic "$secret" --namespace {space} '
    )
    assert making in made_by
