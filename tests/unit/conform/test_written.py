"""Settings that a rule reads and that no tool is told are marked."""

import pytest

from blueprint.conform.pack import Requirement
from blueprint.conform.verdicts import Evidence, Judgement
from blueprint.conform.written import marked, paths_written
from blueprint.target import Artifact, Cause, Deployment, Run
from blueprint.values import Ref
from tests.unit.conform.judging import GROUND, conformance, rule


def a_requirement() -> Requirement:
    found, _ = conformance(rule("require count(site) > 0"), GROUND)
    assert found is not None
    return found.judgements[0].requirement


def is_marked(subject: str, value: str, *paths: str) -> bool:
    runs = (Run(1, (Cause("a rule", paths), None)),)
    deployment = Deployment(Ref("openstack.core"), "tool", (Artifact("a.yml", "x\n", runs),), ())
    judged = Judgement(a_requirement(), "pass", evidence=(Evidence(subject, value, None),))
    (found,) = marked([judged], paths_written([deployment]))
    return found.evidence[0].is_unwritten


@pytest.mark.parametrize(
    ("subject", "paths", "expected"),
    [
        ("openstack.core.nova.virt", ("openstack.core.nova.virt",), False),
        ("openstack.core.nova.virt", ("openstack.core.nova",), False),
        ("openstack.core.nova", ("openstack.core.nova.virt",), False),
        ("openstack.core.nova.virt", ("openstack.core.neutron.plugin",), True),
        ("openstack.core.nova.virt", ("openstack.core",), True),
        ('kubernetes.tenant["gov"].version', ("kubernetes.tenant[*].version",), False),
        ("hosts.node[3].clock", ("hosts.node[*].clock",), False),
        ("hosts.node[3].clock", (), True),
        ("site.dc.country", (), False),
        ("hardware.server.memory", (), False),
    ],
)
def test_a_setting_is_marked_where_no_line_comes_from_it(subject, paths, expected):
    assert expected == is_marked(subject, "x", *paths)


@pytest.mark.parametrize("value", ["unset", "none"])
def test_what_is_not_stated_is_no_claim(value):
    assert not is_marked("openstack.core.nova.virt", value)
