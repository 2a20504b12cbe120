"""The report of facts: what it is made of layer by layer, and what it leaves out of fleets."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from blueprint.driver import Options, compile_files
from blueprint.loader import MemoryLoader
from blueprint.output.consistency import Fact, Facts, found_in
from blueprint.output.layout import CONSISTENCY
from blueprint.target import Artifact, Cause, Deployment, Run
from blueprint.values import Ref
from tests.unit.targets.openstack_helm.regions import region

#: Networks of as many sites more.
SITES = """
for i in 1..{count} {{
  site edge["s${{i}}"] {{ country = DE }}
  network far["s${{i}}"] {{ site = site.edge["s${{i}}"]  cidr = subnet(10.99.0.0/16, 24, i) }}
}}
"""


def tree(text: str, jobs: int = 1) -> Mapping[str, bytes]:
    made = compile_files(MemoryLoader({"main.oib": text}), Options(), jobs=jobs)
    assert made.tree.value is not None, made.found.diagnostics
    return {path: file.data for path, file in made.tree.value.items()}


def page(count: int) -> str:
    return tree(region() + SITES.format(count=count))[CONSISTENCY].decode()


@pytest.fixture(scope="module")
def few() -> str:
    return page(9)


@pytest.fixture(scope="module")
def many() -> str:
    return page(10)


def test_facts_of_few_sites_are_listed(few):
    assert ('network.far["s9"].cidr' in few, "Left out" in few) == (True, False)


def test_facts_of_many_sites_are_left_out(many):
    assert 'network.far["s9"].cidr' not in many


def test_what_is_left_out_is_said(many):
    wanted = "Left out, with the files of their layers: `network.far` (10 members), `site.edge` (10 members)."
    assert wanted in many


def test_what_is_stated_once_is_listed_beside_a_fleet(many):
    assert "| `openstack.core.region` | `here-1` |" in many


def test_layers_that_several_processes_emit_have_the_report_of_one(monkeypatch):
    monkeypatch.setattr("blueprint.emission.WORTH_SHARING", 2)
    assert tree(region(), jobs=2) == tree(region())


@pytest.mark.parametrize("text", ["\n", "\none", "one\n", "one"])
def test_texts_of_any_kind_are_looked_for_and_done_with(text):
    fact = Fact("registry.main.username", (text,))
    cause = Cause("the account", (fact.path,))
    artifact = Artifact("tool/values", "one\n\none\n", (Run(1, (cause, cause, cause)),))
    made = Deployment(Ref("openstack.core"), "tool", (artifact,), ())
    found = found_in(Facts((fact,), {}), made.layer, [made])
    assert set(found) <= {fact.path}


def test_a_text_of_nothing_is_no_fact():
    text = region().replace("  country = DE\n", '  country = DE\n  region = ""\n', 1)
    assert "site.here.region" not in tree(text)[CONSISTENCY].decode()
