"""Labelled blocks whose labels are texts: `flavor "gp.4x16" { … }` is `flavor["gp.4x16"]`."""

from __future__ import annotations

import pytest

from blueprint.values import Ref, labelled
from tests.unit.fronts import compiled, value_of

POOLS = 'network n { cidr = 10.0.0.0/24  pool "lb.4x" { ranges = 10.0.0.10..10.0.0.20 } }\n'


def test_a_field_of_a_block_with_a_text_for_a_label_is_read():
    assert str(value_of(POOLS + 'let it = network.n.pool["lb.4x"].managed_by')) == "operator"


def test_the_address_of_such_a_block_has_the_label_in_quotes():
    assert value_of(POOLS + 'let it = network.n.pool["lb.4x"]') == 'network.n.pool."lb.4x"'


def test_a_label_that_is_a_name_may_be_given_as_text():
    text = "site s { rack a { units = 40 } }\n"
    assert value_of(text + 'let it = site.s.rack["a"]') == "site.s.rack.a"


def test_an_unknown_text_is_told_the_nearest_label():
    _, (found,) = compiled(POOLS + 'let it = network.n.pool["lb.4y"]')
    assert found.hint == 'did you mean `pool["lb.4x"]`?'


@pytest.mark.parametrize("label", ["gp.4x16", 'a "quoted" one', "1 GiB", "back\\slash", "r[1]"])
def test_a_label_survives_its_address(label):
    ref = labelled("openstack.core", "flavor", label)
    assert ref == Ref(str(ref))
    assert (ref.parts[:3], ref.kind) == (("openstack", "core", "flavor"), "flavor")
    assert ref.name == label.removesuffix("[1]")
