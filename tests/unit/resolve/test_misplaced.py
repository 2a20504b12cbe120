"""Names in the wrong block, and other tools' words, get a hint that says what to write."""

from __future__ import annotations

import pytest

from blueprint.resolve.misplaced import SYNONYMS
from blueprint.shape import KINDS, Shape, fields_of
from blueprint.source import Source
from tests.errors.front import compile_front


def hints(text: str) -> dict[str, str | None]:
    """The hints about a text, by message."""
    return {d.message: d.hint for d in compile_front(Source("a.oib", text))}


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("cpu { isolated = rest }", "write `cores { … }`"),
        ("numa { }", "write `cores { … }`"),
        ("isolated_cores = 4", "write `cores { … }`"),
        ("sriov { vfs = 4 }", "`sriov` belongs in `port nic.…[0] { }`"),
        ("vfs = 4", "`vfs` belongs in `port nic.…[0] { sriov { } }`"),
        ("hugepages 1 GiB { count = 4 }", "`hugepages` belongs in `memory { }`"),
        ("mtu = 9000", "`mtu` belongs in `bond name { }` or `port nic.…[0] { }`"),
        ("memroy { }", "did you mean `memory`?"),
        ("frobnicate = 3", "`oib schema hosts` lists what it has"),
        ("memory { hugepages = 64 }", "write a block: `hugepages 1 GiB { count = 64 }`"),
        ("memory { hugepages { count = 64 } }", "write `hugepages 1 GiB { … }`"),
    ],
)
def test_a_name_that_hosts_lack_is_told_where_it_belongs(written, hint):
    text = "hardware s { memory = 64 GiB  cpu { cores = 8 } }\n"
    found = hints(f"{text}hosts h {{ hardware = hardware.s  {written} }}\n")
    assert list(found.values()) == [hint]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("cri = containerd", "write `container_engine containerd { … }`"),
        ("multus { }", "write `secondary_network name { … }`"),
        ("workers { }", "write `pool name { … }`"),
        ("pod_cidr = 10.1.0.0/16", "write `pods = …`"),
    ],
)
def test_words_of_kubernetes_are_told_what_a_cluster_calls_them(written, hint):
    found = hints(f"kubernetes k {{ {written} }}\n")
    name = written.split()[0]
    assert found[f"`kubernetes` has no `{name}`"] == hint


def test_a_name_that_one_other_kind_alone_has_is_told_that_kind():
    found = hints("openstack o { deployer openstack_helm { delivery = flux } }\n")
    assert found["`deployer openstack_helm` has no `delivery`"] == (
        "`delivery` belongs in `kubernetes name { }`"
    )


def test_what_a_cluster_lacks_is_shown_as_a_cluster_may_have_it():
    found = hints("kubernetes k { }\n")
    assert found["`kubernetes k` needs `pods`"] == "add `pods = 10.200.0.0/14`"
    assert found["`kubernetes k` needs `services`"] == "add `services = 10.204.0.0/16`"
    assert found["`kubernetes k` needs `version`"] == 'add `version = "1.34"`'


def test_a_flavor_with_memory_is_told_of_ram_and_misses_nothing_more():
    found = hints("openstack o { flavor f { memory = 4 GiB  vcpus = 2 } }\n")
    assert found["`flavor f` has no `memory`"] == "write `ram = …`"
    assert not any("needs `ram`" in message for message in found)


def test_what_a_block_has_is_listed_under_the_kind_around_it():
    found = hints("openstack o { neutron { frobnicate = 3 } }\n")
    assert found["`neutron` has no `frobnicate`"] == "`oib schema openstack` lists what it has"


def test_tool_without_a_name_is_told_names_of_tools():
    found = hints("openstack o { tool { a = 1 } }\n")
    assert found["`tool` needs a name"] == (
        "write `tool kolla_ansible { … }` or `tool openstack_helm { … }`"
    )


def _shapes() -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    waiting = list(KINDS.values())
    while waiting:
        shape = waiting.pop()
        if shape.name not in found:
            found[shape.name] = shape
            waiting += [inner for spec in fields_of(shape).values() for inner in spec.block]
    return found


def test_synonyms_are_of_blocks_that_are_there_and_lack_them():
    shapes = _shapes()
    wrong = [
        (block, name, meant)
        for block, table in SYNONYMS.items()
        for name, meant in table.items()
        if name in fields_of(shapes[block]) or meant not in fields_of(shapes[block])
    ]
    assert wrong == []
