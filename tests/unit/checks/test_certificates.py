"""Names that provided certificates carry, and attributes that belong to other issuers."""

from __future__ import annotations

import ipaddress

import pytest

from blueprint.checks.certificates import carries_address, carries_name


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        ("api.cloud.example", "api.cloud.example", True),
        ("API.Cloud.Example", "api.cloud.example", True),
        ("api.cloud.example.", "api.cloud.example", True),
        ("*.cloud.example", "api.cloud.example", True),
        ("*.cloud.example", "cloud.example", False),
        ("*.cloud.example", "a.api.cloud.example", False),
        ("*.*.example", "api.cloud.example", False),
        ("a*.cloud.example", "api.cloud.example", False),
        ("*.example", "cloud.example", False),
        ("*", "api", False),
    ],
)
def test_a_star_stands_for_one_whole_label(name, wanted, expected):
    assert carries_name((name,), wanted) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("10.20.0.250", True), ("10.20.0.251", False), ("*.cloud.example", False), ("", False)],
)
def test_an_address_is_carried_as_an_address(name, expected):
    assert carries_address((name,), ipaddress.ip_address("10.20.0.250")) is expected


def test_an_address_may_be_written_in_another_way():
    wanted = ipaddress.ip_address("2001:db8::1")
    assert carries_address(("2001:0DB8:0:0:0:0:0:1",), wanted)
