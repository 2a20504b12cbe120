"""All 400 sites of China Unicom's blueprint: what StarlingX reads of each is judged.

Bootstrap values are judged site by site. Resources are long and alike but for names and numbers, so that
one of each class stands for all that differ in these alone.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path

import yaml

from blueprint.driver import Compilation, Options, compile_blueprint
from blueprint.loader import FileLoader, MemoryLoader
from blueprint.model import OpenStack, StarlingX
from targets._kubernetes.crds import judge
from targets.starlingx.catalog import catalog

FOLDER = Path(__file__).parents[2] / "reference_blueprints" / "china_unicom"
CENTRAL = "starlingx.central"
SITES = 400
CLOUDS = 77


@cache
def found() -> Compilation:
    return compile_blueprint(FileLoader(FOLDER), Options(targets=("starlingx",)))


@cache
def texts(ending: str) -> dict[str, str]:
    """The files of a name, by layer."""
    return {
        str(deployment.layer): artifact.text
        for deployment in found().deployments
        for artifact in deployment.artifacts
        if artifact.path.endswith(f"/{ending}")
    }


def read(text: str):
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def of_a_class(text: str) -> str:
    """A text without its names and numbers."""
    return re.sub(r"\b[a-z]{2}-[a-z]{2}-[0-9]+|[0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9]+", "_", text)


def test_it_has_a_system_controller_and_400_subclouds_some_with_openstack():
    systems = found().model.of(StarlingX).values()
    assert Counter(system.is_subcloud for system in systems) == {True: SITES, False: 1}
    on_edge = [r for r in found().model.of(OpenStack).values() if r.is_on_starlingx]
    assert len(on_edge) == CLOUDS


def test_the_bootstrap_of_every_system_fits_its_release():
    known = catalog("12.0")
    values = {ref: read(text) for ref, text in texts("bootstrap-values.yml").items()}
    assert len(values) == SITES
    faults = {ref: known.judge_subcloud(each) for ref, each in values.items()}
    assert {ref: [str(f) for f in each] for ref, each in faults.items() if each} == {}
    assert known.judge_bootstrap(read(texts("localhost.yml")[CENTRAL])) == ()


def test_the_install_values_of_every_site_fit_its_release():
    known = catalog("12.0")
    values = {ref: read(text) for ref, text in texts("install-values.yml").items()}
    assert len(values) == SITES
    # users of management controllers are secrets, which join the values where subclouds are added
    faults = {ref: known.judge_install({**v, "bmc_username": "root"}) for ref, v in values.items()}
    assert {ref: [str(f) for f in each] for ref, each in faults.items() if each} == {}


def test_management_networks_of_sites_are_apart():
    values = [read(text)["management_subnet"] for text in texts("bootstrap-values.yml").values()]
    networks = sorted(ip_network(each) for each in values)
    assert [(one, two) for one, two in pairwise(networks) if one.overlaps(two)] == []


def test_a_resource_of_each_class_fits_the_closed_tables():
    classes: dict[str, str] = {}
    for text in texts("deployment-config.yml").values():
        for document in text.split("\n---\n"):
            classes.setdefault(of_a_class(document), document)
    documents = [read(each) for each in classes.values()]
    judged = [each for each in documents if each is not None and each["kind"] != "Namespace"]
    assert len(judged) < SITES
    assert [str(fault) for each in judged for fault in judge(each)] == []
    assert {each["kind"] for each in judged} >= {"System", "HostProfile", "Host", "DataNetwork"}


def test_values_for_openstack_are_those_of_charts_of_its_application():
    charts = catalog("12.0").openstack_charts
    given = [
        (artifact.path.rpartition("/")[2].removesuffix(".yaml"), read(artifact.text))
        for deployment in found().deployments
        for artifact in deployment.artifacts
        if "/stx-openstack/" in artifact.path
    ]
    strange = {
        (chart, top) for chart, values in given for top in values if top not in charts[chart].values
    }
    assert strange == set()
    assert {chart for chart, _ in given} == {"keystone", "neutron"}


def test_a_site_is_the_same_with_few_rows_in_another_order():
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*")
        if path.is_file()
    }
    header, *rows = files["sites.csv"].splitlines(keepends=True)
    files["sites.csv"] = "".join((header, *reversed(rows[::40])))
    few = compile_blueprint(MemoryLoader(files), Options(targets=("starlingx",)))
    written = {
        (str(deployment.layer), artifact.path): artifact.text
        for deployment in few.deployments
        for artifact in deployment.artifacts
    }
    whole = {
        (str(deployment.layer), artifact.path): artifact.text
        for deployment in found().deployments
        for artifact in deployment.artifacts
    }
    assert {layer for layer, _ in written} > {'starlingx.edge["bj-bj-01"]', CENTRAL}
    assert [key for key, text in written.items() if whole.get(key) != text] == []
