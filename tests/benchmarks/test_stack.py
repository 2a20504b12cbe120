"""The forms of the stacked blueprint describe the same hosts, and a round measures what the goals are about."""

from __future__ import annotations

import pytest

from blueprint.cli.opening import locate, open_place
from blueprint.driver import Options, check_blueprint
from blueprint.model import Kubernetes, OpenStack
from tests.benchmarks.stack import (
    CHARTS,
    FIVE,
    FIVE_SERVICES,
    KOLLA,
    SANDWICH,
    goals,
    one_round,
    prepared,
)

pytestmark = pytest.mark.slow

COMPUTES = 20


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stack")
    prepared(folder)
    return folder


def model_of(folder):
    asked = Options((("computes", str(COMPUTES)),))
    found = check_blueprint(open_place(locate(str(folder))), asked)
    assert found.is_ok, found.diagnostics
    return found.model


def test_all_forms_have_the_same_hosts(scratch):
    sizes = [
        {ref: len(group) for ref, group in model_of(scratch / form).groups.items()}
        for form in (SANDWICH, KOLLA, CHARTS, FIVE)
    ]
    assert sizes == [{"hosts.control": 3, "hosts.compute": COMPUTES}] * 4


def test_the_sandwich_has_three_layers_and_the_other_one(scratch):
    assert len(model_of(scratch / SANDWICH).of(Kubernetes)) == 2
    assert len(model_of(scratch / KOLLA).of(Kubernetes)) == 0
    tools = [
        region.tool_name
        for form in (SANDWICH, KOLLA)
        for region in model_of(scratch / form).of(OpenStack).values()
    ]
    assert tools == ["openstack_helm", "kolla_ansible"]


def test_five_services_are_five(scratch):
    for form in (CHARTS, FIVE):
        (region,) = model_of(scratch / form).of(OpenStack).values()
        assert region.services == FIVE_SERVICES


def test_a_round_measures_every_goal(scratch):
    costs = one_round(scratch, 30, 40)
    assert [goal.limit for goal in goals([costs], 30, 40)] == [2, 2, 2, 1.1, 400]
