"""The order of whole stacks: what a layer takes was given before, and each layer shows that it is done."""

from __future__ import annotations

import pytest

from blueprint.handovers import HandOvers, faults
from blueprint.output.runbook import waves_of
from tests.blueprints.test_blueprints import FOLDERS, compiled


def waves(folder: str):
    found = compiled(folder)
    assert found.graph is not None
    return waves_of(found.deployments, found.graph.waves)


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_a_layer_takes_was_given_before(folder):
    order = waves(folder)
    assert list(faults(order, {d.layer for wave in order for d in wave})) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_tool_shows_that_it_is_done(folder):
    unshown = [
        (str(deployment.layer), deployment.target)
        for wave in waves(folder)
        for deployment in wave
        if not any(step.checks for step in deployment.steps[-2:])
    ]
    assert unshown == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_handed_over_is_a_file_or_what_a_command_prints(folder):
    for transfer in HandOvers(waves(folder)).transfers:
        if transfer.source is not None:
            given = transfer.source.given
            assert bool(given.path) != bool(given.command), given


def test_storage_below_a_cluster_comes_before_it():
    order = [d.target for wave in waves("reference_blueprints/h3c_cloudos") for d in wave]
    assert order.index("cephadm") < order.index("kubespray") < order.index("openstack_resources")
