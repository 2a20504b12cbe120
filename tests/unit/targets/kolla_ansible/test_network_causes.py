"""A region with all that Kolla-Ansible's networking offers: every line says why it is there, in every release."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.driver import Options, compile_blueprint
from blueprint.loader import MemoryLoader
from targets.kolla_ansible.catalog import catalog, releases
from tests.unit.targets.reading import lines_with_causes, read

FOLDER = Path(__file__).parents[3] / "oracle" / "fixtures" / "virtual_networks"
TEXT = (FOLDER / "main.oib").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=releases())
def region(request):
    options = Options(sets=(("release", request.param),), targets=("kolla_ansible",))
    found = compile_blueprint(MemoryLoader({"main.oib": TEXT}), options)
    assert [d for d in found.diagnostics if d.is_error] == []
    (deployment,) = found.deployments
    return request.param, found.model, deployment.artifacts


def test_every_line_has_a_cause(region):
    _, _, artifacts = region
    uncaused = {
        line
        for artifact in artifacts
        for line, cause, _ in lines_with_causes(artifact)
        if cause is None and line and not line.startswith("# ")
    }
    assert uncaused <= {"---"}


def test_every_cause_names_things_of_the_model(region):
    _, model, artifacts = region
    things = {*model.things, *model.groups, *model.host}
    paths = {
        path
        for artifact in artifacts
        for *_, paths in lines_with_causes(artifact)
        for path in paths
    }
    assert not [
        p for p in paths if not any(p == t or p.startswith((f"{t}.", f"{t}[")) for t in things)
    ]


def test_no_line_is_without_a_field(region):
    _, _, artifacts = region
    assert not [
        line
        for artifact in artifacts
        for line, cause, paths in lines_with_causes(artifact)
        if cause is not None and not paths
    ]


def test_every_variable_of_the_region_is_one_of_the_release(region):
    release, _, artifacts = region
    emitted = {
        name
        for artifact in artifacts
        if artifact.path.endswith("globals.yml") or "/group_vars/" in artifact.path
        for name in read(artifact)
    }
    assert emitted - set(catalog(release).variables) - {"ansible_user"} == set()
