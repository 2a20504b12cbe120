"""Rules for passwords, TLS inside of a region, and signed images: what each tells Kolla-Ansible."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from blueprint.model import Model, Pki
from blueprint.model.openstack import LogStore
from blueprint.model.openstack_services import Keystone, Nova
from blueprint.model.security import Passwords
from blueprint.values import Duration, FileRef, SecretRef
from targets._openstack.options import option_catalog
from targets._openstack.security_compliance import OPTIONS, SECTION, pattern
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import ALL_SERVICES, api, spans_of, three_node_cloud
from tests.unit.targets.reading import artifacts, options, read

RELEASES = ("2024.2", "2025.1", "2025.2", "2026.1")


def with_rule(**rule: Any) -> Model:
    return three_node_cloud(keystone=Keystone(passwords=Passwords(**rule)))


def slugs(model: Model) -> list[str]:
    (layer,) = TARGET.layers(model)
    return [found.rule.slug for found in TARGET.check(layer, model, spans_of(model))]


def commands(model: Model) -> str:
    (layer,) = TARGET.layers(model)
    steps = TARGET.emit(layer, model).steps
    return "\n".join(each for step in steps for each in (*step.commands, *step.checks))


def variables(**changes: Any) -> dict[str, Any]:
    model = three_node_cloud(api=api(**changes))
    values: dict[str, Any] = read(artifacts(TARGET, model)["globals.yml"])
    return values


def provided(model: Model) -> str:
    (layer,) = TARGET.layers(model)
    return "\n".join(need for step in TARGET.emit(layer, model).steps for need in step.needs)


def test_a_rule_becomes_the_options_of_keystone():
    rule = {
        "length": 12, "classes": ("digit", "lower"), "lockout_attempts": 5, "history": 3,
        "expires": Duration.of(90, "days"),
    }  # fmt: skip
    section = options(artifacts(TARGET, with_rule(**rule))["config/keystone.conf"])[SECTION]
    assert section["password_regex"] == "^(?=.*[a-z])(?=.*[0-9]).{12,}$"
    assert section["lockout_failure_attempts"] == "5"
    assert section["lockout_duration"] == "1800"
    assert section["password_expires_days"] == "90"
    assert section["unique_last_password_count"] == "3"


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_knows_the_options(release):
    section = option_catalog(release).options("keystone.conf").section(SECTION)
    assert section is not None
    assert set(OPTIONS) <= set(section)


def test_without_a_rule_keystone_is_told_nothing():
    assert "config/keystone.conf" not in artifacts(TARGET, three_node_cloud())


def test_passwords_of_services_are_held_against_the_rule_before_they_are_used():
    assert "passwords.yml | sed" in commands(with_rule())
    assert "grep -Evq '^.{14,}$'" in commands(with_rule())


def test_services_keep_their_access_where_passwords_expire_or_lock():
    exempt = "--ignore-password-expiry --ignore-lockout-failure-attempts"
    told = commands(with_rule(expires=Duration.of(90, "days"), lockout_attempts=5))
    assert exempt in told
    assert "user set" not in commands(with_rule())


def test_generated_passwords_just_fit_forty_characters():
    assert slugs(with_rule(length=40)) == []
    assert slugs(with_rule(length=41)) == ["passwords-not-so-generated"]


def test_generated_passwords_have_no_special_characters():
    assert slugs(with_rule(classes=("special",))) == ["passwords-not-so-generated"]


def test_a_password_without_a_class_matches_no_rule():
    rule = Passwords(length=2, classes=("upper", "special"))
    assert pattern(rule) == "^(?=.*[A-Z])(?=.*[^A-Za-z0-9]).{2,}$"


def test_the_queue_and_the_database_have_switches_of_their_own():
    told = variables(queue_tls=True, database_tls=True)
    assert told["rabbitmq_enable_tls"] is True
    assert told["database_enable_tls_backend"] is True
    assert "rabbitmq_enable_tls" not in variables()
    assert "database_enable_tls_backend" not in variables(backend_tls=True)


def test_migration_is_encrypted_by_certificates_of_libvirt():
    model = three_node_cloud(nova=Nova(migration_tls=True))
    values = read(artifacts(TARGET, model)["globals.yml"])
    assert values["libvirt_tls"] is True
    assert slugs(model) == []


def test_provided_certificates_of_libvirt_are_asked_for():
    pki = {"pki.ca": Pki(issuer="provided", ca_certificate=FileRef("ca.pem"))}
    told = provided(three_node_cloud(pki, nova=Nova(migration_tls=True)))
    assert "config/nova/nova-libvirt/serverkey.pem" in told
    told = provided(three_node_cloud(pki, api=api(queue_tls=True)))
    assert "certificates/backend-cert.pem" in told


def test_provided_certificates_of_the_queue_have_a_name_of_their_own():
    """The tool's own check takes those of other servers for none."""
    pki = {"pki.ca": Pki(issuer="provided", ca_certificate=FileRef("ca.pem"))}
    told = provided(three_node_cloud(pki, api=api(queue_tls=True)))
    assert "certificates/rabbitmq-cert.pem" in told
    told = provided(three_node_cloud(pki, api=api(backend_tls=True)))
    assert "certificates/rabbitmq" not in told


@pytest.mark.parametrize("field", ["queue_tls", "database_tls"])
def test_a_channel_needs_an_authority(field):
    inside = api().internal.model_copy(update={"tls": None})
    model = three_node_cloud(api=api(internal=inside, **{field: True}))
    assert "backend-tls-without-authority" in slugs(model)


def test_nova_proves_signatures_of_images():
    model = three_node_cloud(nova=Nova(verify_images=True))
    found = options(artifacts(TARGET, model)["config/nova.conf"])
    assert found["glance"]["verify_glance_signatures"].lower() == "true"


OUTPUT = "config/fluentd/output/03-opensearch.conf"


def collected(release: str = "2025.1", services: tuple[str, ...] = (), **told: Any) -> str:
    store = LogStore(address="https://logs.example", **told)
    model = three_node_cloud(
        release=release, services=(*ALL_SERVICES, *services), log_store=store
    )  # fmt: skip
    return artifacts(TARGET, model)[OUTPUT].text


def test_logs_go_to_a_store_outside_over_tls_and_wait_on_disk():
    text = collected(user="collector", password=SecretRef('secrets.vault["logs"]'))
    assert "host logs.example\n    port 9200\n    scheme https\n    ssl_verify true" in text
    assert "user collector\n    password {{ fluentd_opensearch_password }}" in text
    assert "path /var/lib/fluentd/data/outside.buffer/openstack.*" in text
    assert "opensearch_port" not in text


@pytest.mark.parametrize("release", RELEASES)
def test_the_region_s_own_store_stays_beside_it_behind_the_load_balancer(release):
    text = collected(release, ("opensearch",))
    assert "host {{ opensearch_address }}" in text
    assert "scheme {{ internal_protocol }}" in text
    assert text.index("<match retry_os>") < text.index("<match retry_outside>")
    assert text.index("<match retry_outside>") < text.index("<match **>")
    assert text.count("<store>") == 4


def test_the_output_reads_as_fluentd_needs_it():
    environment = jinja2.Environment(trim_blocks=True, autoescape=False)  # no page
    text = environment.from_string(collected("2026.1", ("opensearch",))).render(
        opensearch_address="int.example", opensearch_port=9200, internal_protocol="https",
        openstack_cacert="/ca.pem",
    )  # fmt: skip
    assert "    host int.example\n    port 9200\n    scheme https\n    ca_file /ca.pem\n" in text
    assert "    ssl_verify true\n    ca_file /ca.pem\n" in text
    assert text.count("<match ") == text.count("</match>") == 3


def test_the_password_of_the_store_is_given_and_never_generated():
    told = commands(
        three_node_cloud(
            log_store=LogStore(
                address="https://logs.example",
                user="collector",
                password=SecretRef('secrets.vault["logs"]'),
            )
        )
    )
    assert "echo 'fluentd_opensearch_password:' >>" in told


@pytest.mark.parametrize(
    ("field", "value"),
    [("address", "logs.example"), ("address", "https://x:70000"), ("user", "a b"), ("index", "A")],
)
def test_a_text_that_would_not_be_itself_in_the_file_is_refused(field, value):
    told = {"address": "https://logs.example:65535", field: value}
    assert slugs(three_node_cloud(log_store=LogStore(**told))) == ["unusable-text"]


def test_without_a_store_outside_the_tool_s_own_output_stays():
    assert OUTPUT not in artifacts(TARGET, three_node_cloud())
