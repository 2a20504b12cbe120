"""What `oib` emits for the charts takes effect: every value reaches a manifest, and Kubernetes would take them.

The tables of facts stand under `fixtures/openstack_helm`. What needs no charts is compared in every run; where
`OIB_OPENSTACK_HELM` names a checkout, the charts are rendered again. `--update-golden` writes the tables anew.
"""

import json

import pytest

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.output.consistency import facts_of
from blueprint.resolve.world import Options
from blueprint.values import Ref
from targets._kubernetes.crds import judge
from targets.openstack_helm.catalog import chart
from targets.openstack_helm.images import PULL_SECRET, image_list, registry_of
from targets.openstack_helm.passwords import passwords, registry_account
from targets.openstack_helm.placement import node_labels
from targets.openstack_helm.plan import plan
from tests.oracle.helm import clients, faults_of
from tests.oracle.openstack_helm import Rendering, checkout, images_of, pull_secrets
from tests.oracle.openstack_helm_facts import (
    BLUEPRINTS,
    emitted,
    fact_table,
    labels,
    planned,
    written,
)
from tests.oracle.tools import or_skip
from tests.unit.targets.openstack_helm.regions import region

#: Passwords that charts take and no pod is given, since what would use them is off.
UNUSED = {"database_exporter", "keystone_mariadb_backup_user", "object_store_glance"}
#: Into these too charts write passwords: of RabbitMQ's servers, and of the copying between MariaDB's.
IN_THE_OPEN = {
    "ConfigMap/mariadb-etc", "Job/rabbitmq-cluster-wait", "Pod/rabbitmq-test", "StatefulSet/rabbitmq-rabbitmq",
}  # fmt: skip


@pytest.fixture(scope="module", params=BLUEPRINTS, ids=str)
def judged(request):
    return request.param


@pytest.fixture(scope="module")
def table(judged):
    return json.loads(judged.file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def documents(judged, tmp_path_factory):
    """What all charts of the layer render to."""
    checkout()
    or_skip(clients)
    plan = planned(judged)
    found = []
    for name in plan.cloud.charts:
        scratch = tmp_path_factory.mktemp(name)
        rendering = Rendering(name, plan.values[name], plan.cloud.options.namespace, scratch)
        rendered = rendering.documents()
        assert rendered, f"{name} can't be rendered"
        found += rendered
    return found


def test_the_table_is_about_what_is_emitted(judged, table):
    stated = {
        row: {k: v for k, v in has.items() if k != "fields"} for row, has in table["values"].items()
    }
    assert stated == emitted(planned(judged))


def test_the_table_is_about_these_charts(judged, table):
    cloud = planned(judged).cloud
    assert table["charts"] == {name: cloud.facts(name).version for name in cloud.charts}


def test_every_value_reaches_a_field_of_a_manifest(table):
    """Images of parts that are off are emitted too, so that whoever switches one on has its image."""
    values = table["values"]
    inert = [row for row in values if not values[row]["fields"] and ": images.tags." not in row]
    assert inert == []


def test_the_region_stands_in_the_accounts_of_every_service(judged, table):
    region, fact = planned(judged).cloud.layer.region, f"{judged.layer}.region"
    held = {
        text
        for row in table["values"].values()
        if fact in row["facts"]
        for text in row["fields"].values()
    }
    assert held == {region}


def test_fields_hold_what_the_blueprint_says(judged, table):
    """Of values that a single fact decides, both what is emitted and what is rendered name it."""
    stated = {each.path: each.texts for each in facts_of(planned(judged).cloud.model)}
    wrong = []
    for row, has in table["values"].items():
        texts = stated.get(has["facts"][0], ()) if len(has["facts"]) == 1 else ()
        for held in (str(has["is"]), *map(str, has["fields"].values())):
            is_whole = not held.endswith("…")
            if texts and is_whole and not any(text in held for text in texts):
                wrong.append((row, held))
    assert wrong == []


def test_every_password_has_its_name_and_reaches_a_secret(judged, table):
    stated = {row: has["name"] for row, has in table["passwords"].items()}
    found = passwords(planned(judged).cloud)
    assert stated == {f"{each.chart}: {'.'.join(each.path)}": each.name for each in found}
    kept = {has["name"] for has in table["passwords"].values() if has["fields"]}
    assert set(stated.values()) - kept <= UNUSED


def test_passwords_are_in_secrets_but_where_a_chart_writes_them_elsewhere(table):
    fields = [field for has in table["passwords"].values() for field in has["fields"]]
    others = {field.split()[0] for field in fields if not field.startswith("Secret/")}
    assert others == IN_THE_OPEN


def test_some_node_has_every_label_that_pods_ask_for(judged, table):
    plan = planned(judged)
    script = node_labels(plan.cloud).text
    assert [label for label in table["nodes"] if f" {label} " not in script] == []
    given = labels(plan)
    assert {label: has["facts"] for label, has in table["nodes"].items()} == {
        label: given[label] for label in table["nodes"]
    }


def test_the_charts_still_carry_the_facts_where_the_table_says(judged, request):
    checkout()
    or_skip(clients)
    made = fact_table(judged)
    if request.config.getoption("--update-golden"):
        judged.file.write_text(written(made), encoding="utf-8")
    assert made == json.loads(judged.file.read_text(encoding="utf-8"))


def test_kubernetes_takes_what_the_charts_render(documents, tmp_path):
    assert faults_of(documents, tmp_path) == []


def test_the_gateway_api_takes_the_routes(documents):
    routes = [each for each in documents if each["kind"] == "HTTPRoute"]
    assert routes
    assert [fault for each in routes for fault in judge(each)] == []


def test_pods_pull_all_images_from_the_registry(judged, documents):
    cloud = planned(judged).cloud
    prefix = registry_of(cloud)
    assert prefix is not None
    used = images_of(documents)
    assert used
    assert [image for image in sorted(used) if not image.startswith(f"{prefix}/")] == []
    listed = image_list(cloud)
    assert listed is not None
    mirrored = {line.split()[1] for line in listed.text.splitlines()[1:]}
    own = set(cloud.options.images.values())
    assert used - mirrored - own == set()


def test_all_pods_pull_with_the_account_of_the_registry(judged, documents):
    cloud = planned(judged).cloud
    has_account = registry_account(cloud) is not None
    wanted = {PULL_SECRET} if has_account else set()
    assert [name for name, secrets in pull_secrets(documents) if secrets != wanted] == []


def test_an_image_by_digest_is_what_pods_run(tmp_path):
    checkout()
    or_skip(clients)
    image = f"own.example/nova@sha256:{'a' * 64}"
    text = region(f'deployer openstack_helm {{ images {{ nova_compute = "{image}" }} }}')
    made = compile_blueprint(MemoryLoader({"main.oib": text}), Options(targets=("openstack_helm",)))
    values = plan(Ref("openstack.core"), made.model).values["nova"]
    assert image in images_of(Rendering("nova", values, "openstack", tmp_path).documents())


def test_every_chart_of_the_layer_has_a_catalogue(judged):
    assert [name for name in planned(judged).cloud.charts if not chart(name).values] == []
