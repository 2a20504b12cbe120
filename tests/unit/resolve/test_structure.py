"""Structure: what there is depends on parameters, `let`s and data, and on nothing else."""

from __future__ import annotations

import pytest

from tests.unit.fronts import GROUND, codes, compiled, faults, front_of, value_of

BRANCHES = """
environment lab {}
environment production {}
if env == lab { network a { cidr = 10.1.0.0/24 } }
else if env == production { network b { cidr = 10.2.0.0/24 } }
else { network c { cidr = 10.3.0.0/24 } }
"""


@pytest.mark.parametrize(
    ("env", "there"), [("lab", "network.a"), ("production", "network.b"), (None, "network.c")]
)
def test_the_chosen_environment_decides_between_branches(env, there):
    assert list(front_of(BRANCHES, env=env).model.things) == [there]


def test_the_environment_may_be_compared_with_quoted_words():
    text = 'environment lab {}\nlet it = env == "lab"'
    assert value_of(text, env="lab") is True
    assert value_of(text) is False


def test_a_misspelt_environment_in_a_comparison_is_found():
    assert codes("environment lab {}\nlet it = env == labb") == ["OIB3005"]


def test_environments_set_parameters():
    text = "param size: int = 3\nenvironment lab { size = 1 }\nlet it = size"
    assert (value_of(text), value_of(text, env="lab")) == (3, 1)


def test_set_goes_before_parameter_files_and_both_before_environments():
    text = "param a: int = 1\nparam b: int = 1\nparam c: int = 1\nenvironment lab { a = 2  b = 2  c = 2 }\n"
    found = value_of(
        text + "let it = [a, b, c]",
        {"p.yaml": "a: 3\nb: 3\n"},
        env="lab",
        params=("p.yaml",),
        sets=(("a", "4"),),
    )
    assert found == (4, 3, 2)


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        ("int", "4", 4),
        ("string", "2025.1", "2025.1"),
        ("bool", "true", True),
        ("list(int)", "[1, 2]", (1, 2)),
        ("lab | production", "lab", "lab"),
        ("map(int)", "{ a = 1 }", {"a": 1}),
    ],
)
def test_what_is_set_on_the_command_line_is_read_as_its_type(type_, text, expected):
    assert value_of(f"param p: {type_}\nlet it = p", sets=(("p", text),)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "hosts h like hosts.node { count = network.oam.mtu }",
        "network b[for x in network.oam.reserved] { cidr = 10.9.0.0/24 }",
        "if network.oam.mtu > 1 { network b { cidr = 10.9.0.0/24 } }",
        "for x in network.oam.reserved { network b[x] { cidr = 10.9.0.0/24 } }",
        "site other { if network.oam.mtu > 1 { rack q { } } }",
        "hosts h like hosts.node { count = 1 }\nhosts i like hosts.node { count = count(hosts.h) }",
    ],
)
def test_structure_does_not_see_things(text):
    assert codes(GROUND + text) == ["OIB2010"]


def test_values_see_other_things_in_any_order():
    text = "network a { cidr = 10.9.0.0/24  vlan = (network.b.vlan ?? 0) + 1 }\nnetwork b { cidr = 10.8.0.0/24  vlan = 7 }"
    front = front_of(text + "\nlet it = network.a.vlan ?? 0")
    assert front.root.scope.names["it"].value({}) == 8


def test_a_cycle_is_shown_as_the_loop():
    assert faults("let a = b\nlet b = c\nlet c = a") == [
        "OIB2009 `a` needs itself: `a` → `b` → `c` → `a`"
    ]


def test_a_branch_that_is_not_taken_is_checked():
    text = "environment lab {}\nif env == lab { network a { cidr = 3  vlna = 4 } }"
    assert codes(text) == ["OIB3001", "OIB3003"]


def test_a_branch_inside_a_block_that_is_not_taken_is_checked():
    assert codes(
        GROUND + 'hosts h like hosts.node { if false { usr = 3 } else { user = "x" } }'
    ) == ["OIB3003"]


def test_the_body_of_an_empty_family_is_checked():
    text = "let none: list(string) = []\nnetwork a[for x in none] { cidr = 10.9.0.0/24  vlna = 4 }"
    assert codes(text) == ["OIB3003"]


def test_a_branch_in_a_counted_body_may_read_what_the_count_binds():
    text = GROUND + 'hosts h like hosts.node { count = 2  if n == 1 { user = "first" } }\n'
    assert value_of(text + "let it = hosts.h.user") == ("first", "root")


def test_existing_things_are_marked():
    front = front_of("existing network outside { cidr = 10.9.0.0/24 }")
    assert front.model.existing == {"network.outside"}


def test_doc_comments_travel_with_their_declaration():
    front = front_of("## Out of band.\nnetwork bmc { cidr = 10.9.0.0/24 }")
    assert front.model.documentation == {"network.bmc": "Out of band."}


def test_what_is_broken_is_left_out_with_all_that_refers_to_it():
    text = (
        GROUND
        + "network bad { cidr = 3 }\nhosts h like hosts.node { bmc { network = network.bad } }"
    )
    front, found = compiled(text)
    assert [d.rule.code for d in found] == ["OIB3001"]
    assert not front.model.groups


def test_several_faults_are_all_reported():
    text = "let a = unknown\nnetwork b { vlna = 3 }\nassert 1 == 2\nlet c = foo()"
    assert codes(text) == ["OIB2001", "OIB3004", "OIB3003", "OIB2020", "OIB2007"]
