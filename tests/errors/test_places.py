"""What exactly is underlined where a name is wrong: the name, and neither its value nor its block."""

from __future__ import annotations

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from tests.errors.test_targets import KOLLA_ANSIBLE, OPTIONS

assert KOLLA_ANSIBLE.name in OPTIONS.targets
CLOUD = """
blueprint demo { language = 1 }
hardware server {
  cpu { cores = 16  features = [vmx] }
  memory = 128 GiB
  nic onboard { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
}
network api { cidr = 10.20.0.0/24 }
physnet provider { type = flat }
hosts node {
  count = 3
  hardware = hardware.server
  memory { platform = 16 GiB }
  port nic.onboard[0] { networks = [network.api] }
  port nic.onboard[1] { physnet = physnet.provider }
}
openstack core {
  release = "2025.1"
  control = hosts.node
  compute = hosts.node
  api { internal { network = network.api  vip = 10.20.0.250 } }
  services = [keystone, glance, placement, nova, neutron]
"""


@pytest.mark.parametrize(
    ("written", "code", "underlined"),
    [
        ("tool kolla_ansible { enable_keystne = true }", "OIB6010", "enable_keystne"),
        ("tool kolla_ansible { kolla_internal_vip_address = 10.20.0.9 }", "OIB6012", "kolla_internal_vip_address"),
        ('tool kolla_ansible { database_password = "x" }', "OIB6013", "database_password"),
        ('tool kolla_ansible { openstack_logging_debug = "yes" }', "OIB6011", '"yes"'),
        ("tool openstack_ansible { a = 1 }", "OIB6014", "openstack_ansible"),
        ('keystone { config "keystone.cnf" { token { expiration = 60 } } }', "OIB6020", '"keystone.cnf"'),
        ('nova { config "nova.conf" { scheduller { max_attempts = 5 } } }', "OIB6021", "scheduller"),
        ('keystone { config "keystone.conf" { token { max_token_sise = 60 } } }', "OIB6022", "max_token_sise"),
        ('keystone { config "keystone.conf" { database { max_retries = "x" } } }', "OIB6023", '"x"'),
        ('keystone { config "keystone.conf" { token { expiration = 60 } } }', "OIB6024", "expiration"),
    ],
)  # fmt: skip
def test_the_name_is_underlined_where_the_name_is_wrong(written, code, underlined):
    text = CLOUD + written + "\n}\n"
    found = check_blueprint(MemoryLoader({"main.oib": text}), OPTIONS).diagnostics
    assert [(d.rule.code, d.span.text) for d in found if d.span] == [(code, underlined)]
