"""The checks that look at each thing once say the same as looking at all pairs would."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from blueprint.checks.address_overlap import address_overlap
from blueprint.checks.address_ranges import address_ranges
from blueprint.checks.ceph_domains import usable_share
from blueprint.model import Addresses, Model
from blueprint.values import Range, Ref
from tests.unit.checks.models import ip, network, pool, spans_of


def cidrs():
    large = st.builds(
        lambda number, prefix: IPv4Network((number << 28, prefix)),
        st.integers(0, 15),
        st.integers(4, 12),
    )
    small = st.builds(
        lambda third, prefix: IPv4Network(f"10.0.{third}.0/24").supernet(new_prefix=prefix),
        st.integers(0, 7),
        st.integers(21, 24),
    )
    return large | small


@given(st.lists(cidrs(), max_size=8))
def test_overlap_is_reported_exactly_where_two_subnets_overlap(subnets):
    things = {Ref(f"network.n{i}"): network(str(subnet)) for i, subnet in enumerate(subnets)}
    model = Model("test", None, things, {}, Addresses())
    reported = {d.span.text for d in address_overlap(model, spans_of(model))}
    wanted = any(a.overlaps(b) for a, b in combinations(subnets, 2))
    assert bool(reported) == wanted


def spans_of_addresses():
    numbers = st.integers(1, 40)
    return st.tuples(numbers, numbers).map(
        lambda pair: Range(ip(f"10.0.0.{min(pair)}"), ip(f"10.0.0.{max(pair)}"))
    )


@given(
    gateway=st.none() | st.integers(1, 40).map(lambda n: ip(f"10.0.0.{n}")),
    reserved=st.lists(spans_of_addresses(), max_size=2),
    allot=st.lists(spans_of_addresses(), max_size=2),
    dhcp=st.lists(spans_of_addresses(), max_size=2),
    pools=st.lists(spans_of_addresses(), max_size=2),
)
def test_ranges_are_reported_exactly_where_two_attributes_share_addresses(
    gateway, reserved, allot, dhcp, pools
):
    spare = network(
        "10.0.0.0/24", gateway=gateway, reserved=tuple(reserved), allot=tuple(allot),
        dhcp=tuple(dhcp), pool={f"p{i}": pool(str(r)) for i, r in enumerate(pools)},
    )  # fmt: skip
    model = Model("test", None, {Ref("network.n"): spare}, {}, Addresses())
    held = [("gateway", Range(gateway, gateway))] if gateway else []
    for owner, ranges in (("reserved", reserved), ("allot", allot), ("dhcp", dhcp)):
        held += [(owner, r) for r in ranges]
    held += [(f"p{i}", r) for i, r in enumerate(pools)]
    wanted = any(
        a.overlaps(b) and x != y and {x, y} != {"gateway", "reserved"}
        for (x, a), (y, b) in combinations(held, 2)
    )
    assert bool(list(address_ranges(model, spans_of(model)))) == wanted


def placed(weights, copies):
    """How many objects of one byte a copy fit, found by trying."""
    most = 0
    while sum(min(weight, most + 1) for weight in weights) >= copies * (most + 1):
        most += 1
    return most


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(1, 4))
def test_the_usable_share_is_what_placing_objects_one_by_one_gives(weights, copies):
    if len(weights) < copies:
        return
    exact = 100 * copies * placed([w * 12 for w in weights], copies) / (sum(weights) * 12)
    assert abs(usable_share(weights, copies) - exact) <= 1 + 1e-9
