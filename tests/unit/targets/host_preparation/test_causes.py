"""Every line of what hosts are prepared with says why it is there, and names things that exist."""

from __future__ import annotations

import pytest

from targets.host_preparation import TARGET
from tests.unit.targets.host_preparation.made import made
from tests.unit.targets.host_preparation.test_kernel import BOTH, POLLED_VFS
from tests.unit.targets.models import region, three_node_cloud
from tests.unit.targets.reading import lines_with_causes

MODELS = {"three nodes": three_node_cloud(), "a region": region()}
ARTIFACTS = {
    **{
        f"{name}, {layer}": TARGET.emit(layer, model).artifacts
        for name, model in MODELS.items()
        for layer in TARGET.layers(model)
    },
    "virtual functions": made(POLLED_VFS).deployment.artifacts,
    "pages and PTP on Rocky": made(BOTH + "  clock = ptp\n", os="rocky-10").deployment.artifacts,
}
cases = pytest.mark.parametrize("name", ARTIFACTS)


@cases
def test_every_line_has_a_cause(name):
    uncaused = {
        line
        for artifact in ARTIFACTS[name]
        for line, cause, _ in lines_with_causes(artifact)
        if cause is None and line and not line.startswith("# ")
    }
    assert uncaused <= {"---"}


@cases
def test_every_cause_names_a_field(name):
    without = {
        line
        for artifact in ARTIFACTS[name]
        for line, cause, paths in lines_with_causes(artifact)
        if cause is not None and not paths
    }
    assert without == set()


@cases
def test_a_line_of_a_hosts_own_file_names_the_host(name):
    for artifact in ARTIFACTS[name]:
        if "/netplan/" in artifact.path or "/nmstate/" in artifact.path:
            hosts = {
                p
                for _, _, paths in lines_with_causes(artifact)
                for p in paths
                if p.endswith("].name")
            }
            assert len(hosts) == 1


@pytest.mark.parametrize("name", MODELS)
def test_every_path_begins_with_a_thing_of_the_model(name):
    model = MODELS[name]
    things = {*model.things, *model.groups, *model.host}
    paths = {
        path
        for layer in TARGET.layers(model)
        for artifact in TARGET.emit(layer, model).artifacts
        for _, _, found in lines_with_causes(artifact)
        for path in found
    }
    assert {p for p in paths if not any(p == t or p.startswith(f"{t}.") for t in things)} == set()
