"""Images come from where the blueprint says, and nodes trust it."""

from __future__ import annotations

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from targets.openstack_helm.catalog import release_values
from tests.unit.targets.openstack_helm.regions import SERVICES, compiled, region

REGISTRY = 'registry repo { url = "registry.example"  namespace = "osh" }'
ACCOUNT = REGISTRY.replace(" }", '  username = "puller"  password = secrets.vault["registry"] }')
TRUSTED = REGISTRY.replace(" }", '  ca = file("ca.pem") }')


def messages(text: str) -> list[str]:
    loader = MemoryLoader({"main.oib": text, "ca.pem": "-----BEGIN CERTIFICATE-----"})
    found = check_blueprint(loader, Options(targets=("openstack_helm",)))
    return [each.message for each in found.diagnostics if each.is_error]


def test_every_service_account_names_the_secret_of_the_registry():
    made = compiled(region().replace(REGISTRY, ACCOUNT))
    for name in ("mariadb", "ceph-adapter-rook", "nova"):
        values = made.values(name)
        assert values["endpoints"]["oci_image_registry"]["auth"]["enabled"] is True
        assert values["secrets"]["oci_image_registry"] == {name: "oib-registry"}


def test_charts_make_no_secret_of_the_registry_themselves():
    values = compiled(region().replace(REGISTRY, ACCOUNT)).values("nova")
    assert values["manifests"]["secret_registry"] is False
    assert "password" not in values["endpoints"]["oci_image_registry"]["auth"]


def test_a_registry_without_an_account_needs_no_secret():
    assert "oci_image_registry" not in compiled(region()).values("nova").get("secrets", {})


def test_nodes_must_trust_a_registry_with_an_authority_of_its_own():
    text = region().replace(REGISTRY, TRUSTED)
    (said,) = messages(text)
    assert said.startswith("nodes of `kubernetes.base` can't pull from `registry.repo`")


def test_nodes_trust_the_registry_of_the_cluster():
    text = region(cluster="registry = registry.repo").replace(REGISTRY, TRUSTED)
    assert messages(text) == []


def test_what_the_project_states_for_a_release_stands_in_the_charts():
    made = compiled(region("octavia { providers = [ovn] }", services=f"{SERVICES}, octavia"))
    options = made.values("octavia")["conf"]["octavia_api_uwsgi"]["uwsgi"]
    (path,) = release_values("2025.1")["octavia"]
    assert path == "conf.octavia_api_uwsgi.uwsgi.wsgi-file"
    assert options["wsgi-file"] == release_values("2025.1")["octavia"][path]
