"""The values of literals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from ipaddress import ip_address, ip_network

import pytest

from blueprint.source import Source
from blueprint.syntax import ast
from blueprint.syntax.parser import parse
from blueprint.values import Duration, Frequency, Iops, Mac, Power, Rate, Ratio, Size
from tests.unit.syntax.tree import value


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("42", 42),
        ("1_000_000", 1_000_000),
        ("0x8086", 0x8086),
        ("0", 0),
        ("4.0", Decimal("4.0")),
        ("0.5", Decimal("0.5")),
        ("true", True),
        ("480 GB", Size(480 * 10**9)),
        ("16GiB", Size(16 * 2**30)),
        ("3.84 TB", Size(3_840_000_000_000)),
        ("25 Gbps", Rate(25 * 10**9)),
        ("1500 ms", Duration(1_500_000_000)),
        ("90 days", Duration(90 * 86400 * 10**9)),
        ("80 %", Ratio("0.8")),
        ("99.95%", Ratio("0.9995")),
        ("2.4 GHz", Frequency(2_400_000_000)),
        ("1.2 kVA", Power(1200)),
        ("5000 IOPS", Iops(5000)),
        ("10.20.0.1", ip_address("10.20.0.1")),
        ("10.20.0.0/24", ip_network("10.20.0.0/24")),
        ("2001:db8::1", ip_address("2001:db8::1")),
        ("::/0", ip_network("::/0")),
        ("::ffff:10.0.0.1", ip_address("::ffff:10.0.0.1")),
        ("AA:bb:CC:dd:EE:ff", Mac("aa:bb:cc:dd:ee:ff")),
        ("2027-06-30", date(2027, 6, 30)),
    ],
)
def test_a_literal_is_a_value_with_a_type(text, meant):
    found = value(text)
    assert (type(found), found) == (type(meant), meant)


def test_large_decimals_are_exact():
    assert value("123456789012345.678901 GB") == 123456789012345678901000


@pytest.mark.parametrize("name", ["min", "h", "s", "B", "days"])
def test_a_unit_is_an_ordinary_name_before_an_equals_sign(name):
    outcome = parse(Source("x", f"count = 2 {name} = 5"))
    assert [entry.name for entry in outcome.value.body.entries] == ["count", name]


@pytest.mark.parametrize(
    "text",
    [
        "300.1.2.3",
        "10.20.0.1/24",
        "1.33.2",
        "2027-6-30",
        "512 Gb",
        "aa:bb:cc:dd:ee",
        "0644",
        "1e3",
        "08:30:00",
    ],
)
def test_a_broken_literal_leaves_a_broken_expression(text):
    outcome = parse(Source("x", f"x = {text}\ny = 1"))
    first, second = outcome.value.body.entries
    assert isinstance(first.value, ast.BrokenExpr)
    assert second.name == "y"


def test_the_span_of_a_wrong_unit_is_the_unit():
    (found,) = parse(Source("x", "memory = 512 Gb")).diagnostics
    assert found.span.text == "Gb"


def test_the_span_of_a_wrong_prefix_length_is_the_length():
    (found,) = parse(Source("x", "cidr = 10.0.0.0/40")).diagnostics
    assert found.span.text == "/40"


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("10.20.0.1/24", "10.20.0.0/24"),
        ("1.33.2", '"1.33.2"'),
        ("2027-6-3", "2027-06-03"),
        ("512 gb", "GB"),
        ("08:30:00", '"08:30:00"'),
    ],
)
def test_a_fix_is_offered(text, fixed):
    (found,) = parse(Source("x", f"x = {text}")).diagnostics
    assert found.fix.replacement == fixed
