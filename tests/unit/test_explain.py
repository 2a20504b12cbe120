"""Causes: every place that had a hand in a value."""

from __future__ import annotations

from blueprint.driver import Options
from blueprint.explain import causes_of
from blueprint.loader import MemoryLoader
from tests.unit.fronts import GROUND, HEADER


def causes(text: str, path: str, files: dict[str, str] | None = None, **options) -> list[str]:
    loader = MemoryLoader({"main.oib": HEADER + text, **(files or {})})
    return [cause.text for cause in causes_of(loader, Options(**options), [path])]


def test_an_attribute_is_caused_by_its_text_and_the_variables_in_it():
    text = "let base = 100\nlet tag = base + 20\nnetwork a { cidr = 10.1.0.0/24  vlan = tag }"
    found = causes(text, "network.a.vlan")
    assert {"states `vlan`", "`let tag`", "`let base`"} <= set(found)


def test_an_inherited_attribute_names_its_template():
    text = "template network t { cidr = 10.1.0.0/24  mtu = 9000 }\nnetwork a like network.t {}"
    assert "states `mtu` in template network.t" in causes(text, "network.a.mtu")


def test_an_attribute_of_a_block_that_is_not_there_names_the_default():
    text = (
        "hardware s { cpu { cores = 4 }  memory = 64 GiB  nic a { ports = 1  speed = 1 Gbps } }\n"
        "network a { cidr = 10.1.0.0/24 }\n"
        "hosts h { hardware = hardware.s  port nic.a[0] { networks = [network.a] } }\n"
        'openstack c { release = "2025.1"  control = hosts.h  compute = hosts.h  services = [keystone]\n'
        "  api { internal { network = network.a  vip = 10.1.0.9 } } }"
    )
    found = causes(text, "openstack.c.nova.virt")
    assert "`nova.virt` is unset here: the default of the language holds, `kvm`" in found
    unset = {
        "deployer": "`deployer` is unset here: the default of the language holds",
        "deployer.container_engine": "`deployer.container_engine` is unset here: the default of the language "
        "holds, `docker`",
        "region": "`region` is unset here: the default of the language holds, `RegionOne`",
    }
    for path, said in unset.items():
        assert said in causes(text, f"openstack.c.{path}")


def test_an_attribute_that_is_unset_names_the_default():
    text = "network a { cidr = 10.1.0.0/24 }"
    assert any("default of the language" in c for c in causes(text, "network.a.mtu"))


def test_a_parameter_names_what_set_it():
    text = "param size: int = 1500\nenvironment lab { size = 9000 }\nnetwork a { cidr = 10.1.0.0/24  mtu = size }"
    assert any("default of the parameter" in c for c in causes(text, "network.a.mtu"))
    assert "the environment sets `size`" in causes(text, "network.a.mtu", env="lab")
    assert "--set size" in causes(text, "network.a.mtu", sets=(("size", "9000"),))


def test_a_value_from_data_names_its_cell():
    text = GROUND + (
        'let rows = csv("r.csv", key = "name")\n'
        "hosts h[for r in rows] like hosts.node { name = r.host }"
    )
    loader = MemoryLoader({"main.oib": HEADER + text, "r.csv": "name,host\nx,alpha\n"})
    found = causes_of(loader, Options(), ['hosts.h["x"].name'])
    cells = [c.span for c in found if c.span and c.span.source.path == "r.csv"]
    assert [span.text for span in cells] == ["alpha"]


def test_an_address_names_its_network_and_its_lock_entry():
    text = GROUND + "hosts h like hosts.node {}"
    lock = '{"version": 1, "addresses": {"network.oam": {"hosts.h": "10.20.0.2"}}}'
    found = causes(text, "hosts.h.address.oam", {"oib.lock": lock})
    assert any(c.startswith("oib.lock: the entry of `hosts.h`") for c in found)
    assert "states `cidr`" in found


def test_a_stated_address_names_its_attribute_and_its_cell_and_no_other():
    text = GROUND + (
        "type line = { name: string  ip: ip }\n"
        'let rows: list(line) = csv("r.csv", key = "name")\n'
        "hosts h[for r in rows] like hosts.node { address { oam = row.ip } }"
    )
    table = "name,ip\nx,10.20.0.20\ny,10.20.0.21\n"
    loader = MemoryLoader({"main.oib": HEADER + text, "r.csv": table})
    found = causes_of(loader, Options(), ['hosts.h["y"].address.oam'])
    assert "states `oam`" in [cause.text for cause in found]
    cells = [c.span.text for c in found if c.span and c.span.source.path == "r.csv"]
    assert cells == ["10.20.0.21"]
