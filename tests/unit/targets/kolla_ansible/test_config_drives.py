"""Guests of virtual functions whose network has no DHCP are told their addresses by a config drive."""

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

TEXT = """
blueprint demo { language = 1 }
hardware server {
  cpu { cores = 16  features = [vmx, ept] }
  memory = 128 GiB
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
  nic fast { ports = 1  speed = 100 Gbps  names = ["ens2f0"]  model = "8086:1592"  sriov_vfs = 64 }
}
network api { cidr = 10.20.0.0/24 }
network rail { cidr = 10.60.0.0/24  vlan = 1500  managed_by = neutron }
physnet ex { type = vlan  vlans = 100..199 }
physnet rail { type = vlan  vlans = 1500..1999 }
hosts node {
  count = 3
  hardware = hardware.server
  memory { platform = 16 GiB }
  port nic.onboard[0] { networks = [network.api] }
  port nic.onboard[1] { physnet = physnet.GATEWAYS }
}
hosts worker like hosts.node {
  iommu = true
  port nic.fast[0] { sriov { vfs = 8  physnet = physnet.rail } }
}
openstack core {
  release = "2025.1"
  control = hosts.node
  compute = hosts.worker
  api { internal { network = network.api  vip = 10.20.0.250 } }
  services = [keystone, placement, glance, neutron, nova]
  glance { nfs = "nas:/images" }
  nova { NOVA }
  provider_network rail { network = network.rail  physnet = physnet.rail  dhcp = DHCP }
}
"""
STATED = 'config "nova-compute.conf" { DEFAULT { force_config_drive = false } }'


def nova(gateways: str = "ex", dhcp: str = "false", stated: str = "") -> str:
    text = TEXT.replace("GATEWAYS", gateways).replace("DHCP", dhcp).replace("NOVA", stated)
    made = compile_blueprint(MemoryLoader({"main.oib": text}), Options(targets=("kolla_ansible",)))
    assert made.is_ok, made.diagnostics
    artifacts = made.deployments[0].artifacts
    return next(each.text for each in artifacts if each.path.endswith("nova/nova-compute.conf"))


def test_guests_without_dhcp_get_a_drive():
    assert "force_config_drive = true" in nova()


def test_guests_that_gateways_answer_get_none():
    assert "force_config_drive" not in nova("rail", "true")


def test_what_is_stated_holds():
    assert nova(stated=STATED).count("force_config_drive = false") == 1
