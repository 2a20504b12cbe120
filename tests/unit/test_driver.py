"""The pipeline: all that is wrong in one run, nothing emitted where anything is, never an exception."""

from __future__ import annotations

import pytest

from blueprint.driver import Options, check_blueprint, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.target import Deployment, Given, HandOver, Step, standing
from blueprint.values import Ref
from tests.unit.fronts import GROUND, HEADER, value_of
from tests.unit.targets.kolla_ansible.texts import cloud


def compiled(text: str, **options):
    return compile_blueprint(MemoryLoader({"main.oib": text}), Options(**options))


def test_a_blueprint_without_faults_is_ok():
    assert compiled(HEADER + GROUND).is_ok


def test_a_missing_main_file_is_a_diagnostic():
    found = check_blueprint(MemoryLoader({}), Options())
    assert ([d.rule.code for d in found.diagnostics], found.model) == (["OIB2028"], None)


def test_an_empty_file_is_told_how_to_begin():
    assert [d.rule.code for d in compiled("").diagnostics] == ["OIB2026"]


def test_faults_of_syntax_and_of_names_are_reported_in_one_run():
    found = compiled(HEADER + "let a = 300.1.2.3\nlet b = unknown\n").diagnostics
    assert [d.rule.code for d in found] == ["OIB1101", "OIB2001"]


def test_a_syntax_fault_does_not_make_faults_of_what_follows_from_it():
    found = compiled(HEADER + "let a = 1 < 2 < 3\nlet b = a\nassert a\n").diagnostics
    assert [d.rule.code for d in found] == ["OIB1309"]


def test_diagnostics_come_in_the_order_of_the_text():
    found = compiled(HEADER + "let b = y\nnetwork a { vlna = 3 }\nlet c = z\n").diagnostics
    lines = [d.span.line for d in found if d.span]
    assert lines == sorted(lines)


def test_every_input_is_recorded():
    files = {"main.oib": HEADER + 'let a = csv("a.csv")\n', "a.csv": "x\n1\n"}
    inputs = check_blueprint(MemoryLoader(files), Options()).inputs
    assert {"main.oib", "a.csv"} <= {i.path for i in inputs}


def test_progress_is_told():
    seen: list[str] = []
    check_blueprint(
        MemoryLoader({"main.oib": HEADER}), Options(), lambda what, *_: seen.append(what)
    )
    assert seen[0] == "reading the blueprint"


def test_things_are_in_the_order_of_the_source():
    found = compiled(
        HEADER + "network b { cidr = 10.1.0.0/24 }\nnetwork a { cidr = 10.2.0.0/24 }\n"
    )
    assert found.model is not None
    assert list(found.model.things) == [Ref("network.b"), Ref("network.a")]


@pytest.mark.parametrize(
    "text",
    [
        "network",
        "let a = [for x in a: a]",
        "let a = a",
        "type a = a\nlet b: a = 1",
        "type a = list(a)\nlet b: a = []",
        "param a: int = a",
        "param a: int in a..3 = 1",
        "hosts a like hosts.a { count = 3 }",
        "hosts a[for x in hosts.a] { }",
        "hosts a { count = n }",
        "template hosts a { count = n }\nhosts b like hosts.a {}",
        "site a { rack r[for x in rack.r] { } }",
        "hosts a { hardware = hardware.a  site = hosts.a.site }",
        "site a { zone z { racks = [rack.r[key]] } }",
        'use "main.oib" as m',
        'let a = csv("main.oib", key = "x")',
        "let a = env.x[1].y",
        "let a = 1[2]",
        "let a = (1).b.c",
        "let a = { b = { c = a } }",
        'let a = "${a}"',
        "assert hosts",
        "network a { site = site.b  cidr = network.a.site.c }",
        "hosts a { address { a = hosts.a.addresses.a } }",
        "openstack a { storage = openstack.a.storage }",
    ],
)
def test_odd_texts_are_refused_in_words(text):
    found = compiled(HEADER + text)
    assert not found.is_ok
    assert all(d.message for d in found.diagnostics)


def test_a_deep_chain_of_lets_is_followed():
    chain = "\n".join(f"let v{i} = v{i + 1} + 1" for i in range(60)) + "\nlet v60 = 0\nlet it = v0"
    assert value_of(chain) == 60


@pytest.fixture(scope="module")
def upgraded():
    """Hosts and a region on the way to the next release, by target."""
    targets = ("host_preparation", "kolla_ansible")
    loader = MemoryLoader({"main.oib": cloud(release="2025.2")})
    found = compile_blueprint(loader, Options(targets=targets, origin="2025.1"))
    assert found.is_ok
    return found.deployments


def test_an_upgrade_makes_nothing_anew_that_takes_no_upgrades(upgraded):
    prepared = [each for each in upgraded if each.target == "host_preparation"]
    assert prepared
    assert [step.commands for each in prepared for step in each.steps] == [()] * len(prepared)
    assert all(each.artifacts for each in prepared)


def test_an_upgrade_has_the_steps_of_what_is_upgraded(upgraded):
    (region,) = (each for each in upgraded if each.target == "kolla_ansible")
    assert "Upgrade to 2025.2" in [step.title for step in region.steps]


def test_what_stands_hands_over_what_it_handed_over():
    given = Given(HandOver("ceph_conf", Ref("ceph.main")), "/etc/ceph/ceph.conf")
    steps = (Step("Make", ("make",)), Step("Hand over", (), hands_over=(given,)))
    left = standing(Deployment(Ref("ceph.main"), "cephadm", (), steps))
    assert [(step.commands, step.hands_over) for step in left.steps] == [((), (given,))]
