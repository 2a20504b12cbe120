"""Literals, operators and functions, as a blueprint writes them."""

from __future__ import annotations

import datetime as dt
import ipaddress
from decimal import Decimal

import pytest

from blueprint.values import Range, Rate, Size
from tests.unit.fronts import codes, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16 GiB", Size(16 * 2**30)),
        ("480 GB", Size(480 * 10**9)),
        ("25 Gbps", Rate(25 * 10**9)),
        ("1_000", 1000),
        ("0xff", 255),
        ("2.5", Decimal("2.5")),
        ("10.20.0.0/24", ipaddress.ip_network("10.20.0.0/24")),
        ("2001:db8::1", ipaddress.ip_address("2001:db8::1")),
        ("1..40", Range(1, 40)),
        ("2027-06-30", dt.date(2027, 6, 30)),
        ("true", True),
    ],
)
def test_a_literal_is_a_value_of_its_type(text, expected):
    assert value_of(f"let it = {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16 GiB * 2", Size(32 * 2**30)),
        ("1 GiB + 1 GB", Size(2**30 + 10**9)),
        ("10 Gbps / 4", Rate(25 * 10**8)),
        ("1 GiB / 2 GiB", Decimal("0.5")),
        ("1 TB > 1 GiB", True),
        ("80 % > 0.5", True),
        ("7 / 2", Decimal("3.5")),
        ("6 / 2", 3),
        ("10.0.0.1 + 5", ipaddress.ip_address("10.0.0.6")),
        ("10.0.0.9 - 10.0.0.1", 8),
        ("1 + 2 * 3", 7),
        ("[1] + [2]", (1, 2)),
        ("5 in 1..10", True),
        ("10.0.0.5 in 10.0.0.0/24", True),
        ("10.1.0.5 not in 10.0.0.0/24", True),
        ("not 1 == 2 and 3 > 2", True),
        ('"a" in { a = 1 }', True),
    ],
)
def test_operators_join_values_of_the_domain(text, expected):
    assert value_of(f"let it = {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("subnet(10.0.0.0/8, 24, 3)", ipaddress.ip_network("10.0.3.0/24")),
        ("address(10.0.0.0/24, -2)", ipaddress.ip_address("10.0.0.254")),
        ("usable(10.0.0.0/29)", 6),
        ("overlaps(10.0.0.0/24, 10.0.0.128/25)", True),
        ("nth([5, 6], -1)", 6),
        ("max(3, 9, 4)", 9),
        ("sum([1 GiB, 2 GiB])", Size(3 * 2**30)),
        ("unique([1, 2, 1])", (1, 2)),
        ('join(["a", "b"], "-")', "a-b"),
        ("count({ a = 1  b = 2 })", 2),
        ("mod(-1, 3)", 2),
        ("letter(2)", "c"),
    ],
)
def test_the_library_works_on_values_of_the_domain(text, expected):
    assert value_of(f"let it = {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[for x in 1..3 if x != 2: x * 10]", (10, 30)),
        ('[for r in 1..2: [for u in 1..2: "${r}-${u:02}"]]', (("1-01", "1-02"), ("2-01", "2-02"))),
        ('[for k, v in { a = 1  b = 2 }: "${k}=${v}"]', ("a=1", "b=2")),
        ('{ for i in 1..2 { "n${i}" = i } }', {"n1": 1, "n2": 2}),
        ("every x in 1..3: x > 0", True),
        ("some x in [1, 2]: x == 5", False),
        ("every x in []: false", True),
        ('if 1 < 2 then "yes" else "no"', "yes"),
        ("false and 1 / 0 == 1", False),
        ("true or 1 / 0 == 1", True),
        ("if true then 1 else 1 / 0", 1),
    ],
)
def test_loops_and_conditions_give_values(text, expected):
    assert value_of(f"let it = {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"${16 GiB}, ${10.0.0.1}, ${true}"', "16 GiB, 10.0.0.1, true"),
        ('"${7:03}-${255:04x}"', "007-00ff"),
        ('"{{ jinja }} $HOME \\${kept} # text"', "{{ jinja }} $HOME ${kept} # text"),
        ('"${if true then "https" else "http"}://"', "https://"),
        ('"""\n  Welcome,\n    indented.\n  """', "Welcome,\n  indented.\n"),
    ],
)
def test_text_holds_values_and_is_never_evaluated_by_anybody_else(text, expected):
    assert value_of(f"let it = {text}") == expected


def test_an_absent_member_gives_way_to_a_default():
    text = "let r: { a: int  b: ip? } = { a = 1 }\nlet it = r.b ?? 10.0.0.1"
    assert value_of(text) == ipaddress.ip_address("10.0.0.1")


def test_an_absent_member_must_be_given_a_default():
    assert codes("let r: { a: int? } = { }\nlet it = r.a + 1") == ["OIB3001"]


def test_both_sides_of_a_branch_are_checked_though_one_is_run():
    assert codes("let it = if true then 1 else unknown") == ["OIB2001"]


def test_a_list_is_wrong_at_the_member_that_is_wrong():
    from tests.unit.fronts import compiled

    _, found = compiled('let it: list(int) = [1, "two", 3]')
    assert [d.span.text for d in found if d.span] == ['"two"']


@pytest.mark.parametrize(
    "text",
    [
        "let it: int = r.a",
        "let it = if r.flag then 1 else 2",
        "assert r.flag",
        "if r.flag { network b { cidr = 10.9.0.0/24 } }",
        "network b[[r.name]] { cidr = 10.9.0.0/24 }",
        'let it = "${r.name}"',
    ],
)
def test_what_may_be_absent_is_never_used_as_if_it_were_there(text):
    given = "let r: { a: int?  flag: bool?  name: string? } = { }\n"
    assert codes(given + text) == ["OIB3001"]


def test_an_attribute_stays_unset_where_its_value_is_absent():
    text = "let r: { tag: int? } = { }\nnetwork b { cidr = 10.9.0.0/24  vlan = r.tag }\n"
    assert value_of(text + "let it = network.b.vlan ?? 0") == 0


def test_text_that_is_a_value_in_quotes_is_told_to_lose_them():
    from tests.unit.fronts import compiled

    _, found = compiled('network b { cidr = "10.9.0.0/24" }')
    assert [d.hint for d in found] == ["write it without quotes: `10.9.0.0/24`"]
