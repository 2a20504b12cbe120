"""Regions that share an identity service: URLs, names, passwords, authorities."""

from __future__ import annotations

from typing import Any

import pytest

from blueprint.model import Model, Pki, Registry, Secrets
from blueprint.model.openstack import Api, Endpoint
from blueprint.model.site import FileStore, GeneratedStore, VaultStore
from blueprint.values import FileRef, Ref, SecretRef
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import ip, openstack, three_node_cloud
from tests.unit.targets.reading import read

SERVICES = ("glance", "placement", "nova", "neutron", "cinder")
EDGE = Ref("openstack.edge")


def endpoints(**changes: Any) -> Api:
    return Api(
        internal=Endpoint(
            **{
                "network": Ref("network.api"),
                "vip": ip("10.20.0.251"),
                "fqdn": "two.int",
                **changes,
            }
        ),
        vrid=52,
    )


def regions(
    edge: dict[str, Any] | None = None,
    things: dict[str, Any] | None = None,
    existing: frozenset[Ref] = frozenset(),
    **core: Any,
) -> Model:
    """The three-node cloud, and a region that shares its identity service (on the same hosts)."""
    fields = {
        "region": "two",
        "identity": Ref("openstack.core"),
        "services": SERVICES,
        "api": endpoints(),
        "secrets": None,
        "external_network": {},
        **(edge or {}),
    }
    made = three_node_cloud({"openstack.edge": openstack(**fields), **(things or {})}, **core)
    return Model(made.name, made.title, made.things, made.groups, made.addresses, existing)


def variables(model: Model, layer: Ref = EDGE) -> dict[str, Any]:
    made = TARGET.emit(layer, model).artifacts
    (found,) = [a for a in made if a.path.endswith("globals.yml")]
    values: dict[str, Any] = read(found)
    return values


def steps(model: Model, layer: Ref = EDGE) -> dict[str, str]:
    return {
        step.title: "\n".join((*step.needs, *step.commands))
        for step in TARGET.emit(layer, model).steps
    }


def test_the_other_region_is_told_where_the_identity_service_is():
    found = variables(regions())
    assert found["keystone_internal_url"] == "https://api.int.cloud.example:5000"
    assert found["keystone_public_url"] == "https://api.cloud.example:5000"


def test_the_identity_service_knows_the_regions_that_share_it():
    found = variables(regions(), Ref("openstack.core"))
    assert found["multiple_regions_names"] == ["region-1", "two"]


def test_the_other_region_has_no_identity_service_and_no_dashboard_of_its_own():
    found = variables(regions())
    assert (found["enable_keystone"], found["enable_horizon"]) == (False, False)


def test_an_address_stands_where_the_identity_service_has_no_name():
    first = Api(internal=Endpoint(network=Ref("network.api"), vip=ip("2001:db8::1")))
    found = variables(regions(api=first))
    assert found["keystone_internal_url"] == "http://[2001:db8::1]:5000"
    assert found["keystone_internal_fqdn"] == "2001:db8::1"


def test_ports_of_the_first_region_are_taken_over():
    stated = {"keystone_internal_port": 5001, "keystone_public_listen_port": 5002}
    found = variables(regions(tool={"kolla_ansible": stated}))
    assert found["keystone_internal_url"].endswith(":5001")
    assert found["keystone_public_url"].endswith(":5002")


def test_one_front_end_for_all_public_apis_is_taken_over():
    stated = {
        "haproxy_single_external_frontend": True,
        "keystone_external_fqdn": "id.cloud.example",
    }
    found = variables(regions(tool={"kolla_ansible": stated}))
    assert found["keystone_public_url"] == "https://id.cloud.example:443"


def test_an_existing_region_may_have_the_identity_service():
    found = variables(regions(existing=frozenset({Ref("openstack.core")})))
    assert found["keystone_internal_url"] == "https://api.int.cloud.example:5000"


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        (None, "/etc/kolla-core/passwords.yml"),
        (GeneratedStore(), "/etc/kolla-core/passwords.yml"),
        (FileStore(path="/srv/core.yml"), "/srv/core.yml"),
        (VaultStore(address="https://v:8200", path="core"), "kolla-readpwd"),
    ],
)
def test_passwords_of_service_users_are_taken_over(store, expected):
    things = {} if store is None else {"secrets.vault": Secrets(store=store)}
    core = {"secrets": None} if store is None else {}
    step = steps(regions(things=things, **core))[
        "Take over the passwords of `openstack.core`'s identity service"
    ]
    assert expected in step
    assert "kolla-mergepwd" in step


def test_passwords_that_are_kept_in_one_place_are_the_same_already():
    found = steps(regions({"secrets": Ref("secrets.vault")}))
    assert not [title for title in found if title.startswith("Take over")]


def test_a_store_that_another_region_has_filled_is_never_filled_anew():
    found = steps(regions({"secrets": Ref("secrets.vault")}))
    assert "Before the first deployment: generate the passwords into Vault" not in found
    (step,) = [text for title, text in found.items() if title.startswith("Fetch the passwords")]
    assert step.index("kolla-readpwd") < step.index("kolla-genpwd") < step.index("kolla-writepwd")


def test_the_name_of_the_shared_identity_service_is_looked_up():
    found = steps(regions())["Look up the names of the APIs"]
    assert "`two.int` leads to `10.20.0.251`" in found
    assert "`api.int.cloud.example` leads to" in found


def test_given_secrets_are_filled_in_between_what_another_region_kept_and_what_is_invented():
    registry = Registry(url="r.example", username="u", password=SecretRef('secrets.vault["robot"]'))
    edge = {"secrets": Ref("secrets.vault"), "registry": Ref("registry.r")}
    texts = list(steps(regions(edge, {"registry.r": registry})).values())
    fetched, asked, added = (
        next(i for i, text in enumerate(texts) if word in text)
        for word in ("kolla-readpwd", "`docker_registry_password` in", "kolla-genpwd")
    )
    assert fetched < asked < added


def test_the_region_with_the_identity_service_fills_the_store_first():
    found = steps(regions({"secrets": Ref("secrets.vault")}), Ref("openstack.core"))
    assert "Before the first deployment: generate the passwords into Vault" in found


def test_an_authority_that_the_tool_makes_is_handed_to_the_other_region():
    model = regions({"api": endpoints(tls=Ref("pki.ca"))})
    assert variables(model)["kolla_copy_ca_into_containers"] is True
    trusted = "/etc/kolla-edge/certificates/trusted.crt"
    assert variables(model)["kolla_admin_openrc_cacert"] == trusted
    assert (
        "/etc/kolla-core/certificates/ca/root.crt"
        in steps(model)["Trust the authority of `openstack.core`"]
    )


def test_the_dashboard_trusts_the_other_region_too():
    model = regions({"api": endpoints(tls=Ref("pki.ca"))})
    step = steps(model)["Let the dashboard of `openstack.core` trust this region"]
    assert "reconfigure --configdir /etc/kolla-core" in step


def test_one_authority_for_both_regions_needs_no_handing_over():
    ours = Pki(issuer="provided", ca_certificate=FileRef("ca.pem"))
    model = regions({"api": endpoints(tls=Ref("pki.ca"))}, {"pki.ca": ours})
    assert not [title for title in steps(model) if "rust" in title]
    cacert = "/etc/kolla-edge/certificates/ca/root.crt"
    assert variables(model)["kolla_admin_openrc_cacert"] == cacert


def test_a_region_without_tls_trusts_the_identity_service_all_the_same():
    found = variables(regions({"api": endpoints(tls=None)}))
    assert found["openstack_cacert"] == "/etc/ssl/certs/ca-certificates.crt"
    assert found["kolla_enable_tls_internal"] is False


def test_a_region_of_its_own_is_told_nothing():
    found = variables(three_node_cloud(), Ref("openstack.core"))
    assert not {"keystone_internal_url", "keystone_public_url"} & set(found)


def test_an_existing_identity_service_is_told_of_the_region():
    existing = frozenset({Ref("openstack.core")})
    assert (
        "openstack region create two"
        in steps(regions(existing=existing))["Make this region known to `openstack.core`"]
    )
    assert not [title for title in steps(regions()) if title.startswith("Make this region")]
