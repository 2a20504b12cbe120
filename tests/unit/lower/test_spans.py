"""Where names stand: what is wrong with a name underlines the name, not its value."""

from __future__ import annotations

import pytest

from tests.unit.fronts import GROUND, front_of

SERVICES = (
    GROUND
    + """
hosts h like hosts.node {}
template openstack base {
  nova { config "nova.conf" { scheduler { max_attempts = 5 } } }
}
openstack c like openstack.base {
  release = "2025.1"  control = hosts.h  compute = hosts.h
  api { internal { network = network.oam  vip = 10.20.0.250 } }
  services = [keystone]
  tool kolla_ansible {
    docker_custom_config = { hosts = { "a b" = 1 }  live = true }
    docker_registry_insecure = true
  }
  glance { config "glance-api.conf" { "filter:x" { a = 1 }  glance_store { b = 2 } } }
}
"""
)


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("tool", "kolla_ansible", "docker_registry_insecure"), "docker_registry_insecure", "true"),
        (("tool", "kolla_ansible", "docker_custom_config", "live"), "live", "true"),
        (("tool", "kolla_ansible", "docker_custom_config", "hosts", "a b"), '"a b"', "1"),
        (("nova", "config", "nova.conf", "scheduler", "max_attempts"), "max_attempts", "5"),
        (("glance", "config", "glance-api.conf"), '"glance-api.conf"', 'config "glance-api.conf"'),
        (("glance", "config", "glance-api.conf", "filter:x"), '"filter:x"', '"filter:x"'),
        (("glance", "config", "glance-api.conf", "filter:x", "a"), "a", "1"),
        (("tool", "kolla_ansible"), "kolla_ansible", "tool kolla_ansible"),
        (("release",), "release", '"2025.1"'),
        (("api", "internal"), "internal", "internal"),
    ],
)
def test_a_name_and_what_it_stands_for_have_places_of_their_own(path, key, value):
    spans = front_of(SERVICES).spans
    assert spans.key("openstack.c", *path).text == key
    assert spans.at("openstack.c", *path).text == value


def test_a_name_that_nobody_wrote_has_the_place_of_what_is_around_it():
    spans = front_of(SERVICES).spans
    assert spans.key("openstack.c", "neutron", "plugin").text == "openstack c"


def test_the_label_of_a_member_is_found_in_its_family():
    text = GROUND + "hosts h[1..2] like hosts.node { bond bond0 { ports = [nic.ocp[1]] } }"
    spans = front_of(text).spans
    assert spans.key("hosts.h[2]", "bond", "bond0").text == "bond0"
    assert spans.key("hosts.h", "bond", "bond0").text == "bond0"


def test_a_member_of_a_list_that_templates_add_to_is_found_where_it_stands():
    text = GROUND + (
        "network a { cidr = 10.1.0.0/24  vlan = 1 }\n"
        "network b { cidr = 10.2.0.0/24  vlan = 2 }\n"
        "network c { cidr = 10.3.0.0/24  vlan = 3 }\n"
        "template hosts t like hosts.node { port nic.ocp[0] { networks += [network.a, network.b] } }\n"
        "template hosts u like hosts.t { port nic.ocp[0] { networks -= [network.a] } }\n"
        "hosts h like hosts.u { port nic.ocp[0] { networks += network.c } }\n"
    )
    spans = front_of(text).spans
    found = [spans.at("hosts.h", "port", "nic.ocp[0]", "networks", at) for at in range(3)]
    assert [span.text for span in found] == ["network.oam", "network.b", "network.c"]
