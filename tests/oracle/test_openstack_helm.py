"""The real charts, rendered by the real Helm with what `oib` emits: they take effect, and Kubernetes would take them."""

import json
from pathlib import Path

import pytest

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.values import Ref
from targets.openstack_helm.catalog import chart
from targets.openstack_helm.plan import plan
from tests.oracle.helm import clients, faults_of
from tests.oracle.openstack_helm import Rendering, checkout, emitted, fact_table
from tests.oracle.tools import or_skip
from tests.unit.targets.openstack_helm.regions import region

TABLE = Path(__file__).parent / "fixtures" / "openstack_helm" / "facts.json"
LAYER = Ref("openstack.core")
TEXT = region()


@pytest.fixture(scope="module")
def planned():
    made = compile_blueprint(MemoryLoader({"main.oib": TEXT}), Options(targets=()))
    assert made.model is not None
    return plan(LAYER, made.model)


@pytest.fixture(scope="module")
def table():
    return json.loads(TABLE.read_text(encoding="utf-8"))


def test_the_table_is_about_what_is_emitted(planned, table):
    stated = {(fact, value) for fact, values in table.items() for value in values}
    assert stated == emitted(planned)


def test_every_value_reaches_a_field_of_a_manifest(table):
    inert = [value for values in table.values() for value, fields in values.items() if not fields]
    assert inert == []


def test_the_region_stands_in_the_accounts_of_every_service(table):
    held = {text for fields in table["openstack.core.region"].values() for text in fields.values()}
    assert held == {"here-1"}


def test_the_charts_still_carry_the_facts_where_the_table_says(planned, tmp_path, request):
    checkout()
    or_skip(clients)
    made = fact_table(planned, tmp_path)
    if request.config.getoption("--update-golden"):
        TABLE.parent.mkdir(parents=True, exist_ok=True)
        TABLE.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    assert made == json.loads(TABLE.read_text(encoding="utf-8"))


def test_kubernetes_takes_what_the_charts_render(planned, tmp_path):
    checkout()
    or_skip(clients)
    documents = []
    for name in planned.cloud.charts:
        folder = tmp_path / name
        folder.mkdir()
        rendering = Rendering(name, planned.values[name], planned.cloud.options.namespace, folder)
        rendered = rendering.documents()
        assert rendered
        documents += rendered
    assert faults_of(documents, tmp_path) == []


def test_every_chart_of_the_layer_has_a_catalogue(planned):
    assert [name for name in planned.cloud.charts if not chart(name).values] == []
