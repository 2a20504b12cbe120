"""Each verdict, and what leads to it."""

from datetime import date

import pytest

from blueprint.conform.judge import FINDINGS
from tests.unit.conform.judging import GROUND, conformance, judged, only, rule

TWO_SOCKETS = "require every h in hosts: h.hardware.cpu.sockets >= 2"
FOUR_SOCKETS = "require every h in hosts: h.hardware.cpu.sockets >= 4"
CEPH = "require every c in ceph: c.encrypted"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (TWO_SOCKETS, "pass"),
        (FOUR_SOCKETS, "fail"),
        (CEPH, "not_applicable"),
        ("for c in ceph { require c.encrypted }", "not_applicable"),
        ("if count(ceph) > 0 { require 1 == 2 }", "not_applicable"),
        ("if count(ceph) > 0 { require 1 == 2 } else { require 1 == 1 }", "pass"),
        ("require some c in ceph: c.encrypted", "fail"),
        ("require count(ceph) > 0", "fail"),
        ("require not (some c in ceph: c.encrypted)", "pass"),
    ],
)
def test_a_condition_decides_the_verdict(body, verdict):
    assert verdict == only(rule(body)).verdict


def test_what_is_declared_and_holds_is_no_pass():
    head = 'class = declared  because = "the fabric is measured"'
    found = only(rule(TWO_SOCKETS, head))
    assert ("declared", "the fabric is measured") == (found.verdict, found.note)


def test_what_is_declared_and_does_not_hold_fails():
    assert "fail" == only(rule(FOUR_SOCKETS, 'class = declared  because = "x"')).verdict


def test_what_can_not_be_checked_has_its_reason():
    found = only(rule("", 'class = not_checkable  because = "nobody knows"  suite = "tests"'))
    assert ("not_checkable", "nobody knows") == (found.verdict, found.note)


@pytest.mark.parametrize(
    ("profiles", "verdict"),
    [
        ((), "fail"),
        (("fast",), "fail"),
        (("basic",), "not_applicable"),
        (("basic", "fast"), "fail"),
    ],
)
def test_a_rule_of_a_profile_is_judged_where_the_profile_is_asked_for(profiles, verdict):
    found = only(rule(FOUR_SOCKETS, "profile = [fast]"), profiles=profiles)
    assert verdict == found.verdict


def test_a_rule_without_a_profile_is_for_all():
    assert "pass" == only(rule(TWO_SOCKETS), profiles=("basic",)).verdict


def test_each_host_that_fails_is_a_finding_of_its_own():
    found = only(rule(FOUR_SOCKETS + ', "`${h.name}` has ${h.hardware.cpu.sockets}"'))
    assert ["`node-1` has 2", "`node-2` has 2", "`node-3` has 2"] == [
        f.message for f in found.findings
    ]


def test_a_finding_names_the_thing_and_the_condition_where_the_rule_has_no_words():
    found = only(rule("require every net in network: net.mtu >= 9000"))
    assert ["`network.oam`: `net.mtu >= 9000` does not hold"] == [f.message for f in found.findings]


def test_an_inner_loop_does_not_take_the_place_of_the_offender():
    found = only(rule("for net in network { require some h in hosts: h.name == net.name }"))
    assert ["network.oam"] == [f.offender for f in found.findings]


def test_findings_beyond_the_limit_are_counted():
    found = only(rule(FOUR_SOCKETS), GROUND.replace("count = 3", "count = 80"))
    assert (80, 50) == (found.count, len(found.findings))


def test_a_let_of_the_pack_is_worked_out_anew_for_each_blueprint():
    pack = "let many = count(hosts)\n" + rule("require many == 3")
    other = GROUND.replace("count = 3", "count = 4")
    assert ["pass", "fail"] == [only(pack).verdict, only(pack, other).verdict]


def test_a_rule_that_is_stopped_fails_and_says_why():
    found, diagnostics = conformance(rule("require 1 / count(ceph) > 0"))
    assert found is not None
    assert [("fail", ["OIB2032"])] == [
        (j.verdict, [d.rule.code for d in diagnostics]) for j in found.judgements
    ]


def test_a_rule_beside_one_that_is_stopped_is_judged():
    pack = rule("require 1 / count(ceph) > 0") + rule(TWO_SOCKETS).replace("a.1", "a.2")
    found, _ = conformance(pack)
    assert found is not None
    assert ["fail", "pass"] == [j.verdict for j in found.judgements]


def test_a_wrong_blueprint_is_not_judged():
    found, diagnostics = conformance(
        rule(TWO_SOCKETS), GROUND + "network oam { cidr = 10.0.0.0/8 }"
    )
    assert (None, True) == (found, bool(diagnostics))


def test_values_that_are_alike_are_told_once():
    body = "require some h in hosts: h.clock == ptp and h.clock == ptp"
    (finding,) = only(rule(body)).findings
    assert [("hosts.node[1].clock", 2)] == [(e.subject, e.alike) for e in finding.evidence]


def test_what_decided_comes_before_the_way_there():
    (finding, *_) = only(rule(FOUR_SOCKETS)).findings
    assert ["hardware.server.cpu.sockets", "hosts.node[1].hardware"] == [
        e.subject for e in finding.evidence
    ]


# -------------------------------------------------------------------------------------------- waivers


def claim(waive: str) -> str:
    return f'{GROUND}\nconform demo {{\n  to = ["acme.oib"]\n  {waive}\n}}\n'


def test_a_waiver_takes_a_failure_away():
    found = only(rule(FOUR_SOCKETS), claim('waive a.1 { because = "old servers" }'))
    assert ("waived", "old servers") == (found.verdict, found.note)


def test_a_waiver_may_name_the_pack():
    assert "waived" == only(rule(FOUR_SOCKETS), claim('waive acme.a.1 { because = "x" }')).verdict


def test_a_waiver_may_name_an_alias():
    pack = rule(FOUR_SOCKETS, "aliases = [b.2]")
    assert "waived" == only(pack, claim('waive b.2 { because = "x" }')).verdict


def test_a_waiver_that_is_not_needed_is_kept_with_the_pass():
    found = only(rule(TWO_SOCKETS), claim('waive a.1 { because = "x" }'))
    assert ("pass", True) == (found.verdict, found.waiver is not None)


@pytest.mark.parametrize(
    ("as_of", "verdict"),
    [(None, "waived"), (date(2027, 6, 30), "waived"), (date(2027, 7, 1), "fail")],
)
def test_a_waiver_ends_after_its_day_where_a_day_is_given(as_of, verdict):
    waive = 'waive a.1 { because = "x"  until = 2027-06-30 }'
    assert verdict == only(rule(FOUR_SOCKETS), claim(waive), as_of=as_of).verdict


@pytest.mark.parametrize(
    ("named", "verdict"),
    [
        ("hosts.node", "waived"),
        ("[hosts.node[1], hosts.node[2], hosts.node[3]]", "waived"),
        ("hosts.node[1]", "fail"),
        ("network.oam", "fail"),
    ],
)
def test_a_waiver_of_some_things_covers_just_these(named, verdict):
    waive = f'waive a.1 {{ because = "x"  only = {named} }}'
    assert verdict == only(rule(FOUR_SOCKETS), claim(waive)).verdict


def test_what_a_partial_waiver_leaves_is_what_is_told():
    waive = 'waive a.1 { because = "x"  only = hosts.node[1] }'
    found = only(rule(FOUR_SOCKETS), claim(waive))
    assert ["hosts.node[2]", "hosts.node[3]"] == [f.offender for f in found.findings]
    assert 2 == found.count


@pytest.mark.parametrize(
    ("named", "verdict"), [("hosts.many", "waived"), ("[for i in 1..60: hosts.many[i]]", "fail")]
)
def test_a_waiver_of_some_things_covers_more_of_them_than_are_told_singly(named, verdict):
    many = GROUND.replace("hosts node { count = 3", "hosts many { count = 70", 1)
    text = claim(f'waive a.1 {{ because = "x"  only = {named} }}').replace(GROUND, many)
    found = only(rule(FOUR_SOCKETS), text)
    assert (verdict, 70) == (found.verdict, found.count)
    assert FINDINGS < 60


# ---------------------------------------------------------------------------------------------- scope


@pytest.mark.parametrize(
    ("scope", "failing"),
    [
        ("", 3),
        ("of = hosts.node", 3),
        ("of = hosts.node[1]", 1),
        ("of = [hosts.node[1], hosts.node[3]]", 2),
        ("of = network.oam", 3),
        ("of = [network.oam, hosts.node[2]]", 1),
    ],
)
def test_of_a_kind_that_a_claim_is_of_nothing_else_is_judged(scope, failing):
    assert failing == only(rule(FOUR_SOCKETS), claim(scope)).count


@pytest.mark.parametrize(
    ("second", "failing"),
    [("of = hosts.node[1]", 1), ("of = hosts.node[2]", 2), ("", 3)],
)
def test_claims_of_one_pack_judge_what_any_of_them_is_of(second, failing):
    also = f'conform also {{ to = ["acme.oib"]  {second} }}\n'
    assert failing == only(rule(FOUR_SOCKETS), claim("of = hosts.node[1]") + also).count


def test_packs_see_what_their_own_claims_are_of():
    files = {"other.oib": 'pack other { title = "o"  version = "1" }\n' + rule(FOUR_SOCKETS)}
    other = 'conform other { to = ["other.oib"]  of = hosts.node[1] }\n'
    found, _ = conformance(rule(FOUR_SOCKETS), claim("") + other, files=files)
    assert found is not None
    assert {"acme": 3, "other": 1} == {j.requirement.pack: j.count for j in found.judgements}
    assert {"other": ("hosts.node[1]",)} == found.scopes


# ---------------------------------------------------------------------------------------------- packs


def test_a_pack_takes_the_rules_of_one_that_it_extends_and_sets_its_parameters():
    below = (
        'pack below { title = "b"  version = "1" }\nparam least: int in 1..8 = 2\n'
        'rule b.1 { level = must  title = "t"  require every h in hosts: h.hardware.cpu.sockets >= least }\n'
    )
    extending = 'pack acme { title = "a"  version = "1"  extends "below.oib" { least = 4 } }\n'
    files = {"below.oib": below, "acme.oib": extending}
    found, diagnostics = conformance("", files=files)
    assert [] == diagnostics
    assert found is not None
    assert [("below", "fail")] == [(j.requirement.pack, j.verdict) for j in found.judgements]


def test_the_files_of_a_folder_share_what_they_define():
    files = {
        "rules/one.oib": 'pack acme { title = "a"  version = "1" }\nlet least = 4\n',
        "rules/two.oib": 'chapter two { title = "Two" }\n'
        + rule("require every h in hosts: h.hardware.cpu.sockets >= least"),
        "main.oib": "blueprint demo { language = 1 }\n"
        + claim("").replace('"acme.oib"', '"./rules/"'),
    }
    found, diagnostics = conformance("", claim(""), files=files)
    assert [] == diagnostics
    assert found is not None
    assert [("Two", "fail")] == [(j.requirement.chapter, j.verdict) for j in found.judgements]


def test_a_pack_outside_the_folder_of_the_blueprint_is_out_of_reach():
    found, diagnostics = conformance("", claim("").replace('"acme.oib"', '"../acme.oib"'))
    assert (None, ["OIB5901"]) == (found, [d.rule.code for d in diagnostics])


def test_rules_come_in_the_order_of_their_text():
    pack = rule(TWO_SOCKETS).replace("a.1", "z.1") + rule(TWO_SOCKETS)
    assert ["z.1", "a.1"] == list(judged(pack))
