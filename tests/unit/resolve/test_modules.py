"""Modules: parameters in, exports out, the alias the only namespace."""

from __future__ import annotations

from blueprint.loader import library
from tests.unit.fronts import GROUND, codes, front_of, value_of

MODULE = {
    "m.oib": """module m { language = 1 }
param code: string
param oam: network
param v6: cidr? = fd00:10::/48
export let name = "m-${code}"
export let gateway = address(oam.cidr, 1)
export network inner { cidr = subnet(10.0.0.0/8, 24, if code == "a" then 1 else 2) }
"""
}


def test_parameters_go_in_and_exports_come_out():
    text = (
        GROUND
        + 'use "m.oib" as m { code = "a"  oam = network.oam }\nlet it = "${m.name} ${m.gateway}"'
    )
    assert value_of(text, MODULE) == "m-a 10.20.0.1"


def test_things_of_a_module_have_its_alias_in_their_address():
    text = GROUND + 'use "m.oib" as m { code = "a"  oam = network.oam }'
    assert "m.network.inner" in front_of(text, MODULE).model.things


def test_a_module_for_each_member_has_its_own_things():
    text = GROUND + (
        'let sites = ["a", "b"]\n'
        'use "m.oib" as region[for s in sites] { code = s  oam = network.oam }\n'
        'let it = [region["a"].network.inner.cidr, region["b"].network.inner.cidr]'
    )
    assert [str(c) for c in value_of(text, MODULE)] == ["10.0.1.0/24", "10.0.2.0/24"]


def test_a_module_may_be_given_a_whole_family():
    module = {
        "m.oib": "module m { language = 1 }\nparam h: hosts\nexport let names = [for x in h: x.name]"
    }
    text = GROUND + (
        'hosts c like hosts.node { count = 2 }\nuse "m.oib" as m { h = hosts.c }\nlet it = m.names'
    )
    assert value_of(text, module) == ("c-1", "c-2")


def test_structure_of_a_module_does_not_see_things_that_it_is_given():
    module = {
        "m.oib": "module m { language = 1 }\nparam h: hosts\n"
        "if count(h) > 1 { network n1 { cidr = 10.9.0.0/24 } }"
    }
    text = GROUND + 'hosts c like hosts.node { count = 2 }\nuse "m.oib" as m { h = hosts.c }'
    assert codes(text, module) == ["OIB2010"]


def test_a_missing_parameter_is_reported_where_the_module_is_used():
    assert codes(GROUND + 'use "m.oib" as m { code = "a" }', MODULE) == ["OIB2023"]


def test_modules_use_files_beside_them():
    files = {
        "lib/a.oib": 'module a { language = 1 }\nuse "b.oib" as b\nexport let v = b.v',
        "lib/b.oib": 'module b { language = 1 }\nexport let v = csv("c.csv")[0].x',
        "lib/c.csv": "x\n7\n",
    }
    assert value_of('use "lib/a.oib" as a\nlet it = a.v', files) == "7"


def test_the_standard_library_has_hardware_to_start_with():
    text = (
        'use "std/hardware/generic.oib" as std { memory = 1 TiB }\n'
        "hosts h { hardware = std.hardware.storage }\nlet it = std.hardware.storage.memory"
    )
    assert str(value_of(text)) == "1 TiB"


def test_the_standard_library_has_networks_that_fit_together():
    text = 'site dc { }\nuse "std/networks/cloud.oib" as nets { site = site.dc  space = 10.40.0.0/20 }\n'
    assert str(value_of(text + "let it = nets.network.storage.cidr")) == "10.40.3.0/24"


def test_every_module_of_the_standard_library_can_be_used():
    needed = {"networks/cloud.oib": "{ site = site.dc }"}
    uses = [
        f'use "std/{path}" as m{at} {needed.get(path, "")}' for at, path in enumerate(library())
    ]
    assert codes("site dc { }\n" + "\n".join(uses)) == []


def test_a_name_that_the_standard_library_lacks_gets_the_nearest():
    from tests.unit.fronts import compiled

    _, found = compiled('use "std/hardware/genric.oib" as x')
    assert [d.hint for d in found] == ["did you mean `std/hardware/generic.oib`?"]
