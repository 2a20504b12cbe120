"""What declarations claim: all addresses in them, wherever they stand, and how two of them differ."""

from __future__ import annotations

from decimal import Decimal
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from blueprint.cli.opening import locate, open_place
from blueprint.driver import Options, check_blueprint
from blueprint.footprint import Change, Footprint, Interval, changes, interval_of
from blueprint.model import Host
from blueprint.values import FileRef, Mac, Quantity, Range, Ratio, Ref, SecretRef

REPOSITORY = Path(__file__).parents[2]

#: Types of values that claim nothing and hold nothing.
_INERT = (str, int, bool, float, Decimal, Quantity, Ratio, SecretRef, FileRef, type(None))
_HOLDERS = (BaseModel, tuple, dict, Host)
_IPV6 = 1 << 32


def found_in(*values: Any) -> Footprint:
    found = Footprint()
    for value in values:
        found.add(value)
    return found


def leaves(value: Any) -> set[type]:
    if interval_of(value) is not None or not isinstance(value, _HOLDERS):
        return {type(value)}
    if isinstance(value, BaseModel):
        return set().union(*(leaves(each) for each in value.__dict__.values()))
    if isinstance(value, dict):
        return set().union(*(leaves(each) for each in (*value, *value.values())))
    if isinstance(value, Host):
        return set().union(*(leaves(getattr(value, name)) for name in Host.__slots__))
    return set().union(*(leaves(each) for each in value))


@pytest.mark.parametrize(
    "name", sorted(p.parent.name for p in (REPOSITORY / "reference_blueprints").glob("*/main.oib"))
)
def test_every_value_of_a_reference_blueprint_is_claimed_or_known_to_claim_nothing(name):
    found = check_blueprint(
        open_place(locate(str(REPOSITORY / "reference_blueprints" / name))), Options()
    )
    assert found.model is not None
    values = [*found.model.things.values(), *(h for g in found.model.groups.values() for h in g)]
    seen: set[type] = set().union(*(leaves(each) for each in values))
    unknown = [
        each
        for each in seen
        if not issubclass(each, _INERT)
        and each is not Range
        and not each.__module__.startswith("ipaddress")
    ]
    assert unknown == []


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        (ip_address("0.0.0.5"), 5, 5),
        (ip_network("0.0.0.8/29"), 8, 15),
        (Range(ip_address("0.0.0.5"), ip_address("0.0.0.7")), 5, 7),
        (ip_address("::5"), _IPV6 + 5, _IPV6 + 5),
        (ip_network("::8/125"), _IPV6 + 8, _IPV6 + 15),
        (Range(ip_address("::5"), ip_address("::7")), _IPV6 + 5, _IPV6 + 7),
    ],
)
def test_an_address_a_prefix_and_a_range_are_intervals(value, first, last):
    assert interval_of(value) == Interval(first, last)


def test_a_range_of_numbers_is_none():
    assert interval_of(Range(1, 4094)) is None


def test_claims_are_found_in_lists_and_maps_and_their_names():
    value = {"a": (ip_address("0.0.0.1"), [Mac("02:00:00:00:00:01")]), Ref("network.oam"): 1}
    found = found_in(value)
    assert found.intervals == {Interval(1, 1)}
    assert found.macs == {"02:00:00:00:00:01"}
    assert found.refs == {"network.oam"}


def test_a_secret_refers_to_its_store():
    assert found_in(SecretRef.of("secrets.vault", "bmc")).refs == {"secrets.vault"}


@pytest.mark.parametrize(
    ("first", "other", "meets"),
    [
        ((1, 5), (5, 9), True),
        ((1, 5), (6, 9), False),
        ((3, 3), (1, 9), True),
        ((1, 9), (3, 3), True),
    ],
)
def test_intervals_meet_where_they_share_an_address(first, other, meets):
    assert Interval(*first).meets(Interval(*other)) is meets


def test_an_address_that_became_another_is_a_change():
    one, other = ip_address("10.0.0.1"), ip_address("10.0.0.2")
    assert list(changes({"a": (1, one)}, {"a": (1, other)})) == [Change(one, other)]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (1, 2),
        ("a", "b"),
        (1, True),
        ((1,), (1, 2)),
        ({"a": 1}, {"b": 1}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (ip_address("10.0.0.1"), ip_address("::1")),
        (ip_address("10.0.0.1"), ip_network("10.0.0.1/32")),
        (ip_address("10.0.0.1"), None),
        (
            Range(ip_address("10.0.0.1"), ip_address("10.0.0.2")),
            Range(ip_address("::1"), ip_address("::2")),
        ),
        (Range(1, 2), Range(1, 3)),
        (Mac("02:00:00:00:00:01"), "02:00:00:00:00:02"),
        (Ref("network.a"), Ref("network.b")),
    ],
)
def test_any_other_difference_is_no_change_of_an_address(was, becomes):
    assert None in list(changes(was, becomes))


def test_what_is_equal_has_no_changes():
    value = {"a": (1, ip_address("10.0.0.1"), Range(1, 2))}
    assert list(changes(value, {"a": (1, ip_address("10.0.0.1"), Range(1, 2))})) == []
