"""Certificates from ACME, images, key stores, cluster drivers, Masakari, retention: what each tells Kolla-Ansible."""

from __future__ import annotations

from typing import Any

import pytest

from blueprint.model import Model, Pki, Registry, Secrets
from blueprint.model.openstack import Api, KollaAnsible
from blueprint.model.openstack_services import (
    Barbican,
    Hsm,
    Magnum,
    Masakari,
    OpenSearch,
    Prometheus,
    VaultKeys,
)
from blueprint.model.site import VaultStore
from blueprint.values import Duration, FileRef, Ref, SecretRef
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import ALL_SERVICES, api, region, spans_of, three_node_cloud
from tests.unit.targets.reading import artifacts, options, read

PIN = SecretRef('secrets.vault["hsm_pin"]')
SHA = "0123456789abcdef" * 4


def slugs(model: Model) -> list[str]:
    (layer,) = TARGET.layers(model)
    return [found.rule.slug for found in TARGET.check(layer, model, spans_of(model))]


def variables(model: Model) -> dict[str, Any]:
    values: dict[str, Any] = read(artifacts(TARGET, model)["globals.yml"])
    return values


def titles(model: Model) -> list[str]:
    (layer,) = TARGET.layers(model)
    return [step.title for step in TARGET.emit(layer, model).steps]


# Certificates from an ACME authority


def acme(
    internal: Pki | None = None, public: Pki | None = None, release: str = "2025.1", **changes: Any
) -> Model:
    """Endpoints with authorities of their own; without one an endpoint has no TLS."""
    given = {"pki.in": internal, "pki.out": public}
    shown = {
        side: getattr(api(), side).model_copy(update={"tls": Ref(f"pki.{name}") if pki else None})
        for side, name, pki in (("internal", "in", internal), ("public", "out", public))
    }
    things = {name: pki for name, pki in given.items() if pki is not None}
    return three_node_cloud(things, release=release, api=Api(**shown), **changes)


def authority(**changes: Any) -> Pki:
    return Pki(**{"issuer": "acme", "email": "ops@cloud.example", **changes})


def test_the_switch_is_the_word_that_later_releases_compare_it_with():
    assert variables(acme(public=authority()))["enable_letsencrypt"] == "yes"


def test_the_public_endpoint_has_its_certificate_from_lets_encrypt():
    found = variables(acme(public=authority()))
    assert found["letsencrypt_external_cert_server"].startswith("https://acme-v02.api.letsencrypt")
    assert found["letsencrypt_internal_cert_server"] == ""
    assert found["letsencrypt_email"] == "ops@cloud.example"


def test_the_first_release_has_one_variable_for_the_authority():
    found = variables(acme(public=authority(), release="2024.2"))
    assert found["letsencrypt_cert_server"].startswith("https://acme-v02.api.letsencrypt")
    assert "letsencrypt_external_cert_server" not in found


def test_an_authority_inside_serves_the_internal_endpoint():
    inside = authority(
        directory="https://ca.int.example/acme/directory", ca_certificate=FileRef("ca")
    )
    found = variables(acme(internal=inside, public=authority()))
    assert found["letsencrypt_internal_cert_server"] == "https://ca.int.example/acme/directory"
    assert found["kolla_admin_openrc_cacert"] == "/etc/kolla/certificates/trusted.crt"


def test_the_tool_makes_what_acme_gives_no_certificate_for():
    inside = authority(directory="https://ca.int.example/acme/directory")
    assert "Make the certificates" in titles(acme(internal=inside, public=authority()))
    assert "Make the certificates" not in titles(acme(public=authority()))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (acme(public=authority()), []),
        (acme(public=authority(), release="2024.2"), []),
        (acme(internal=Pki(), public=authority()), []),
        (acme(internal=Pki(), public=authority(), release="2024.2"), ["acme-not-possible"]),
        (acme(internal=authority(), public=authority()), ["acme-not-possible"]),
        (acme(public=authority(email=None)), ["acme-not-possible"]),
        (acme(public=authority(email="ops")), ["unusable-text"]),
        (acme(public=authority(directory="ca.example")), ["unusable-text"]),
        (acme(public=authority(renew_before=Duration.of(10, "days"))), ["acme-not-possible"]),
        (
            acme(public=authority(), services=tuple(s for s in ALL_SERVICES if s != "horizon")),
            ["acme-not-possible"],
        ),
    ],
)
def test_what_acme_needs_is_asked_for(model, expected):
    assert slugs(model) == expected


def test_acme_gives_certificates_for_names_only():
    nameless = api().public.model_copy(update={"fqdn": None, "tls": Ref("pki.out")})
    model = three_node_cloud({"pki.out": authority()}, api=api(public=nameless))
    assert slugs(model) == ["acme-not-possible"]


@pytest.mark.parametrize(
    ("release", "backend_tls", "expected"),
    [("2024.2", False, False), ("2024.2", True, True), ("2025.1", False, True)],
)
def test_the_database_has_a_certificate_where_services_ask_for_it(release, backend_tls, expected):
    ours = Pki(issuer="provided", ca_certificate=FileRef("ca.pem"))
    model = three_node_cloud({"pki.ca": ours}, release=release, api=api(backend_tls=backend_tls))
    (layer,) = TARGET.layers(model)
    needs = " ".join(need for step in TARGET.emit(layer, model).steps for need in step.needs)
    assert ("proxysql-cert.pem" in needs) is expected


# Images


def deployed(**changes: Any) -> Model:
    return three_node_cloud(deployer=KollaAnsible(**changes))


def test_a_single_image_has_a_variable_of_its_own():
    image = "harbor.example:5000/kolla/nova-compute:2025.1-r7"
    found = variables(deployed(images={"nova_compute": image}))
    assert found["nova_compute_image_full"] == image


@pytest.mark.parametrize(
    ("engine", "name", "image", "expected"),
    [
        ("docker", "nova_compute", "harbor.example/nova-compute:1", []),
        ("docker", "nova_computer", "harbor.example/nova-compute:1", ["unknown-image"]),
        ("docker", "nova_compute", "harbor.example/nova compute", ["unusable-text"]),
        ("docker", "nova_compute", "harbor.example/n:{{ x }}", ["unusable-text"]),
        ("docker", "nova_compute", f"harbor.example/n@sha256:{SHA}", ["digest-with-docker"]),
        ("docker", "nova_compute", f"harbor.example/n@sha256:{SHA[1:]}", ["unusable-text"]),
        ("podman", "nova_compute", f"harbor.example/n@sha256:{SHA}", []),
    ],
)
def test_images_are_known_and_can_be_pulled(engine, name, image, expected):
    assert slugs(deployed(container_engine=engine, images={name: image})) == expected


def mirrored(engine: str, url: str, *mirrors: str) -> Model:
    return three_node_cloud(
        {"registry.r": Registry(url=url, namespace="kolla", mirrors=mirrors)},
        registry=Ref("registry.r"),
        deployer=KollaAnsible(container_engine=engine),
    )


def test_docker_is_told_of_mirrors_of_its_hub():
    model = mirrored("docker", "docker.io", "https://mirror.example")
    assert slugs(model) == []
    assert variables(model)["docker_registry_mirrors"] == ["https://mirror.example"]


@pytest.mark.parametrize(("engine", "expected"), [("docker", ""), ("podman", "docker.io")])
def test_docker_names_images_of_its_hub_without_it(engine, expected):
    assert variables(mirrored(engine, "docker.io"))["docker_registry"] == expected


def test_podman_is_told_of_mirrors_of_any_registry():
    model = mirrored("podman", "quay.io", "http://mirror.example:5000/quay")
    assert slugs(model) == []
    text = artifacts(TARGET, model)["registries.conf"].text
    assert '[[registry]]\nprefix = "quay.io"\nlocation = "quay.io"\n' in text
    assert '[[registry.mirror]]\nlocation = "mirror.example:5000/quay"\ninsecure = true\n' in text


@pytest.mark.parametrize(
    ("mirror", "expected"),
    [("mirror.example", ["unusable-text"]), ('https://a"b', ["unusable-text"])],
)
def test_mirrors_are_urls(mirror, expected):
    assert slugs(mirrored("podman", "quay.io", mirror)) == expected


# Keys


def keys(backend: Any, **changes: Any) -> Model:
    return three_node_cloud(barbican=Barbican(backend=backend), **changes)


def test_barbican_opens_the_module():
    library = "/opt/hsm/libCryptoki2_64.so"
    hsm = Hsm(library=library, token="cs1", slot=3, mounts=("/opt/hsm",), pin=PIN)
    model = keys(hsm)
    found = variables(model)
    assert (found["barbican_crypto_plugin"], found["barbican_library_path"]) == (
        "p11_crypto",
        library,
    )
    assert found["barbican_api_extra_volumes"] == ["/opt/hsm:/opt/hsm:ro"]
    assert options(artifacts(TARGET, model)["config/barbican.conf"])["p11_crypto_plugin"] == {
        "token_labels": "cs1",
        "slot_id": "3",
    }


def test_the_pin_is_a_secret_that_the_operator_gives():
    hsm = Hsm(library="/usr/lib/libCryptoki2_64.so", slot=1, pin=PIN)
    listed = read(artifacts(TARGET, keys(hsm))["secrets.yml"])["passwords"]
    assert listed["barbican_p11_password"] == f"the secret {PIN}"


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        (Hsm(library="/usr/lib/p11.so", slot=0, pin=PIN), []),
        (Hsm(library="/usr/lib/p11.so", pin=PIN), ["module-without-token"]),
        (Hsm(library="p11.so", slot=0, pin=PIN), ["unusable-text"]),
        (Hsm(library="/usr/lib/p11.so:rw", slot=0, pin=PIN), ["unusable-text"]),
        (Hsm(library="/a", slot=0, mounts=("/a:/b",), pin=PIN), ["unusable-text"]),
        (Hsm(library="/a", token="x" * 32, pin=PIN), []),
        (Hsm(library="/a", token="x" * 33, pin=PIN), ["unusable-text"]),
        (Hsm(library="/a", token="a,b", pin=PIN), ["unusable-text"]),
        (VaultKeys(address="https://v:8200", role=PIN), ["key-store-not-offered"]),
    ],
)
def test_a_module_says_which_token_holds_the_keys(backend, expected):
    assert slugs(keys(backend)) == expected


# Clusters, guests, retention, switches


def running(*services: str, **changes: Any) -> Model:
    return region(services=(*ALL_SERVICES, *services), **changes)


@pytest.mark.parametrize(
    ("magnum", "expected"),
    [
        (Magnum(kubeconfig=SecretRef('secrets.vault["capi"]')), []),
        (Magnum(), ["no-cluster-manager"]),
        (Magnum(driver="heat"), ["deprecated-cluster-driver"]),
        (Magnum(driver="heat", kubeconfig=PIN), ["needless-cluster-access"]),
    ],
)
def test_magnum_reaches_a_manager(magnum, expected):
    assert slugs(running("magnum", magnum=magnum)) == expected


@pytest.mark.parametrize(("driver", "allowed"), [("cluster_api", "calico,cilium"), ("heat", None)])
def test_magnum_lets_in_what_its_driver_connects_pods_with(driver, allowed):
    kubeconfig = SecretRef('secrets.vault["capi"]') if driver == "cluster_api" else None
    model = running("magnum", magnum=Magnum(driver=driver, kubeconfig=kubeconfig))
    made = artifacts(TARGET, model).get("config/magnum.conf")
    found = options(made)["cluster_template"] if made is not None else {}
    assert found.get("kubernetes_allowed_network_drivers") == allowed


def test_masakari_watches_what_is_asked():
    model = running("masakari", masakari=Masakari(monitors=("instance",)))
    found = variables(model)
    assert found["enable_masakari_instancemonitor"] is True
    assert found["enable_masakari_hostmonitor"] is False
    assert "Make the keys of the hosts that watch each other" not in titles(model)


def test_hosts_that_watch_each_other_have_keys():
    assert "Make the keys of the hosts that watch each other" in titles(running("masakari"))


def test_a_controller_can_not_be_watched():
    model = three_node_cloud(services=(*ALL_SERVICES, "masakari"))
    assert slugs(model) == ["watched-host-watches"]


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (Duration.of(15, "days"), "15d"),
        (Duration.of(36, "h"), "36h"),
        (Duration.of(90, "min"), "90m"),
        (Duration.of(1, "s"), "1s"),
    ],
)
def test_prometheus_is_told_in_its_own_units(kept, expected):
    found = variables(running("prometheus", prometheus=Prometheus(retention=kept)))
    assert found["prometheus_cmdline_extras"] == f"--storage.tsdb.retention.time={expected}"


@pytest.mark.parametrize(("days", "closed"), [(7, 7), (30, 30), (31, 30), (365, 30)])
def test_logs_are_closed_before_they_are_deleted(days, closed):
    kept = OpenSearch(retention=Duration.of(days, "days"))
    found = variables(running("opensearch", opensearch=kept))
    assert found["opensearch_soft_retention_period_days"] == closed
    assert found["opensearch_hard_retention_period_days"] == days
    assert found["enable_central_logging"] is True


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"opensearch": OpenSearch(retention=Duration.of(1, "days"))}, []),
        ({"opensearch": OpenSearch(retention=Duration.of(23, "h"))}, ["retention-not-sayable"]),
        ({"prometheus": Prometheus(retention=Duration.of(1, "s"))}, []),
        ({"prometheus": Prometheus(retention=Duration.of(999, "ms"))}, ["retention-not-sayable"]),
    ],
)
def test_what_is_kept_is_counted_in_whole_units(changes, expected):
    assert slugs(running("prometheus", "opensearch", **changes)) == expected


def test_the_tools_own_arguments_of_prometheus_would_be_lost():
    model = running(
        "prometheus",
        prometheus=Prometheus(retention=Duration.of(1, "days")),
        tool={"kolla_ansible": {"prometheus_cmdline_extras": "--query.timeout=1m"}},
    )
    assert slugs(model) == ["derived-variable"]


@pytest.mark.parametrize(
    ("release", "name", "expected"),
    [
        ("2025.1", "enable_redis", "derived-variable"),
        ("2025.2", "enable_redis", "service-not-offered"),
        ("2025.1", "enable_telegraf", None),
        ("2026.1", "enable_telegraf", "service-not-offered"),
        ("2024.2", "enable_venus", None),
        ("2025.2", "enable_venus", "service-not-offered"),
    ],
)
def test_switches_end_with_the_release_that_drops_them(release, name, expected):
    model = three_node_cloud(
        {
            "registry.r": Registry(url="harbor.example", namespace="kolla"),
            "secrets.vault": Secrets(store=VaultStore(address="https://v:8200", path="x")),
        },
        registry=Ref("registry.r"),
        release=release,
        tool={"kolla_ansible": {name: True}},
    )
    assert slugs(model) == ([] if expected is None else [expected])


def test_containers_of_users_need_the_network_of_docker():
    found = variables(running("zun"))
    assert [found[n] for n in ("enable_zun", "enable_kuryr", "enable_etcd")] == [True] * 3
    assert found["docker_configure_for_zun"] is True


def test_measures_are_handed_over_through_one_store():
    assert variables(running("gnocchi"))["enable_valkey"] is True


@pytest.mark.parametrize(
    ("hosts", "stated", "expected"),
    [
        (1, {}, []),
        (2, {}, ["measures-kept-apart"]),
        (2, {"gnocchi_backend_storage": "ceph"}, []),
        (2, {"gnocchi_metric_datadir_volume": "/srv/gnocchi"}, []),
    ],
)
def test_measures_are_shared_by_the_hosts_of_gnocchi(hosts, stated, expected):
    control = tuple(Ref(f"hosts.control[{n}]") for n in range(1, hosts + 1))
    model = running("gnocchi", control=control, tool={"kolla_ansible": stated})
    assert slugs(model) == expected
